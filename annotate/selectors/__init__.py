"""What the annotate app reads."""
