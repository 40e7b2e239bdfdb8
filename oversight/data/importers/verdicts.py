"""What a label of several answers says of each two of them, and of each alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from models_srv.texts import as_seen

from .rows import Answer, Label

P_A_BETTER = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}
UNNAMED = {
    "person": "annotator",
    "critic": "imported",
    "checker": "checker",
    "simulated": "simulated annotator",
}
MOST_SHOWN = 4


@dataclass(frozen=True)
class Verdict:
    """What is said of the answers at these places; of one alone (`second` is None) a rating."""

    first: int
    second: int | None
    choice: str = ""
    p_a_better: float | None = None
    overall: int | None = None


def verdicts(label: Label, count: int) -> Iterator[Verdict]:
    """Yield what the label says of so many answers."""
    for first, second in combinations(range(len(label.ranks)), 2):
        choice = _choice(label, first, second)
        sure = label.p_a_better
        p = P_A_BETTER[choice] if sure is None or len(label.ranks) > 2 else sure
        yield Verdict(first, second, choice, p)
    for place, rating in enumerate(label.ratings[:count]):
        if rating is not None:
            yield Verdict(place, None, overall=rating)


def judge_of(label: Label) -> str:
    """Return the name of whoever judged, a critic's version among them."""
    return label.judge or UNNAMED[label.source]


def told_apart(answers: Sequence[Answer]) -> list[int]:
    """Return the places of answers that a reader can tell apart, at most what people can compare."""
    by_sight = {as_seen(answer.text): place for place, answer in enumerate(answers)}
    return list(by_sight.values())[:MOST_SHOWN]


def _choice(label: Label, first: int, second: int) -> str:
    if label.ranks[first] == label.ranks[second]:
        return "both_bad" if label.are_all_bad else "tie"
    return "a" if label.ranks[first] < label.ranks[second] else "b"
