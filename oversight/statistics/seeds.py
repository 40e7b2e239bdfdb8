"""Seeds that follow from names, so that work done again gives the same result."""

import hashlib


def derive_seed(*parts: object) -> int:
    """Return a seed in [0, 2**31) that depends on all parts and nothing else."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
