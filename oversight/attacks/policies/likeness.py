"""How much alike two queries are, whatever their numbers and names. Pure."""

from collections.abc import Iterable

from oversight.campaigns.policies.splitting import masked_words

GRAM = 3
Grams = frozenset[tuple[str, ...]]


def grams(text: str) -> Grams:
    """Return the runs of three words, numbers and names masked; of a shorter text the whole."""
    words = masked_words(text)
    runs = range(max(len(words) - GRAM + 1, 1))
    return frozenset(tuple(words[start : start + GRAM]) for start in runs)


def likeness(one: Grams, other: Grams) -> float:
    """Return the share of runs that they have in common, in [0, 1] (Jaccard)."""
    return len(one & other) / len(one | other) if one or other else 1.0


def nearest(one: Grams, others: Iterable[Grams]) -> float:
    """Return the likeness to the most alike of the others, 0 where there are none."""
    return max((likeness(one, other) for other in others), default=0.0)
