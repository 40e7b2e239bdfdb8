"""Splits by cluster, so that near-copies never straddle one."""

import hashlib


def in_share(cluster: str, share: float, salt: str = "") -> bool:
    """Whether a cluster falls into a share in [0, 1]: the same answer every time and everywhere."""
    digest = hashlib.sha256(f"{salt}\x1f{cluster}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share
