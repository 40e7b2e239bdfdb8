"""Adding queries to a campaign, from wherever they come."""

import hashlib
import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+|\d+|#")


def text_digest(text: str) -> str:
    """Return the sha256 that tells whether two queries say the same, white space and case aside."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(folded.encode()).hexdigest()


def cluster_of(text: str) -> str:
    """Return the key of the queries that are this one with other numbers and names.

    Numbers and words that start with a capital inside a sentence are masked, so that a template
    filled in twice falls into one cluster and never straddles a split.
    """
    words = WORD.findall(unicodedata.normalize("NFKC", text))
    masked = ["#" if w.isdigit() else "@" if w[:1].isupper() else w for w in words]
    return hashlib.sha256(" ".join(masked).encode()).hexdigest()[:16]
