"""Pure decisions of the annotate app: no rows, no clock, no I/O."""
