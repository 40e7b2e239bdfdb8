"""What is kept of a token."""

import hashlib


def token_sha256(token: str) -> str:
    """Return the hash by which a token is found: hexadecimal, of its UTF-8."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
