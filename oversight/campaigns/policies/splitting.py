"""Splits by cluster, so that near-copies never straddle one."""

import hashlib
import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+|\d+|#")
KEY_CHARS = 16


def in_share(cluster: str, share: float, salt: str = "") -> bool:
    """Whether a cluster falls into a share in [0, 1]: the same answer every time and everywhere."""
    digest = hashlib.sha256(f"{salt}\x1f{cluster}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < share


def cluster_of(text: str) -> str:
    """Return the key of the queries that are this one with other numbers and names.

    Numbers and words that start with a capital are masked, so that a template filled in twice falls
    into one cluster and never straddles a split.
    """
    return _key(" ".join(masked_words(text)))


def masked_words(text: str) -> list[str]:
    """Return the words of a text, numbers as # and what starts with a capital as @."""
    words = WORD.findall(unicodedata.normalize("NFKC", text))
    return ["#" if w.isdigit() else "@" if w[0].isupper() else w for w in words]


def loose_key(text: str) -> str:
    """Return the key of the texts that differ from this one in case, width or white space alone.

    It never says that two queries are the same: it keeps them on one side of a split.
    """
    return _key(" ".join(unicodedata.normalize("NFKC", text).casefold().split()))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_CHARS]
