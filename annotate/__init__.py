"""What people do in a browser: the queue, leases, the workbench."""
