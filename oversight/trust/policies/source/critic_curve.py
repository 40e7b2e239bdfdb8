"""What a search among a critic's comments finds and makes up, by what one more comment is worth. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models_srv.evaluation import Proportion, proportion


@dataclass(frozen=True)
class SearchedAnswer:
    """`said` is by λ, as text: how many comments are right, how many are not."""

    is_flawed: bool
    said: Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class CurvePoint:
    """At this λ: of the flawed answers those with a right comment, of the comments those made up
    (95 %, Wilson), and comments an answer."""

    weight: float
    bugs_caught: Proportion
    hallucinated: Proportion
    comments: float


def search_curve(read: Sequence[SearchedAnswer]) -> list[CurvePoint]:
    """Return a point for each λ that all answers have, from the least up."""
    if not read:
        return []
    shared = set.intersection(*(set(each.said) for each in read))
    return [_point(weight, read) for weight in sorted(shared, key=float)]


def _point(weight: str, read: Sequence[SearchedAnswer]) -> CurvePoint:
    caught = [each.said[weight][0] > 0 for each in read if each.is_flawed]
    right, made_up = (sum(each.said[weight][n] for each in read) for n in (0, 1))
    return CurvePoint(
        weight=float(weight),
        bugs_caught=proportion(sum(caught), len(caught)),
        hallucinated=proportion(made_up, right + made_up),
        comments=(right + made_up) / len(read),
    )
