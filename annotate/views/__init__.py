"""Pages of the annotate app."""
