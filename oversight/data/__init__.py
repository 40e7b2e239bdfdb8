"""What comes in and what goes out: files, forms and programs bring rows; snapshots and exports
leave.

Owns the readers of files, imports (whole or not at all), snapshots, and the rows that training
tools read. May use `trust` and what is below it.
"""
