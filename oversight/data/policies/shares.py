"""Which share of a dataset's clusters is kept for validation. The same answer here and in SQL."""

VALIDATION_SHARE = 0.1
VALIDATION_SALT = "validation"


def threshold(share: float) -> str:
    """Return 16 hexadecimal digits: a digest whose first 8 bytes are below them falls into the share.

    As `in_share` reckons it, for shares below 1.
    """
    return f"{int(share * 2**64):016x}"
