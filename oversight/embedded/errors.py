class EmbeddedError(Exception):
    """An embedded part could not start; the message is one line that says what to do."""
