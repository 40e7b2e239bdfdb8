"""A file on its way in: received, looked at, confirmed, then read by a worker; all or nothing."""
