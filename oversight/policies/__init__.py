"""Pure functions: no ORM, no clock, no I/O. Each is tested with a table of cases."""
