"""How much the two answers of a pair differ, and what that means for the choice of a loss."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from models_srv.words import words

# Losses that may make the chosen answer less likely, as long as the rejected one loses more.
UNANCHORED = frozenset({"dpo", "cdpo", "robust", "ipo"})
CLOSE = 0.5


@dataclass(frozen=True)
class EditDistances:
    """Word-level Levenshtein distances over the longer answer's words: 0 the same, 1 all different.

    Words as in `models_srv.words`: a script without spaces counts its characters.

    `median` is None without pairs; `close` is the share of pairs nearer than CLOSE.
    """

    pairs: int
    median: float | None
    close: float


def edit_distances(answers: Iterable[tuple[str, str]]) -> EditDistances:
    """Return how far the (chosen, rejected) texts are apart."""
    from rapidfuzz.distance import Levenshtein

    distances = [
        Levenshtein.normalized_distance(words(chosen), words(rejected))
        for chosen, rejected in answers
    ]
    if not distances:
        return EditDistances(0, None, 0.0)
    close = sum(distance < CLOSE for distance in distances) / len(distances)
    return EditDistances(len(distances), round(median(distances), 4), round(close, 4))


def edit_distance_warning(distances: EditDistances, loss: str, *, nll_weight: float = 0.0) -> str:
    """Return why `loss` may do harm on these pairs, "" where nothing speaks against it.

    A likelihood term (`nll_weight`) anchors any loss.

    Where the answers differ in few words, lowering the rejected one lowers the chosen one's shared
    words too (Pal et al., Smaug, 2024, section 3). Seen on the starter domain (median 0.43).
    """
    is_anchored = nll_weight > 0 or loss not in UNANCHORED
    if is_anchored or distances.median is None or distances.median >= CLOSE:
        return ""
    return (
        f"The answers of a pair differ in {distances.median:.0%} of their words (median): {loss} may "
        "make the chosen answers less likely too. Watch their drift, or give their likelihood a weight."
    )
