"""What a person's answer to an item says of the answers that it is about. Pure."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from oversight.attacks.policies.confirming import Word

FAILING_FLAWS = {"major", "critical"}
BOTH_BAD = "both_bad"
POOR, GOOD = 2, 5  # of 1 to 7: up to the one it fails, from the other on it does not


@dataclass
class Said:
    """One standing answer of a person to an item about `responses`, by their ids.

    `flaws` and `overalls` are ratings of single responses; `blamed` are those with a step labelled
    bad, or a comment of weight that the person found valid.
    """

    responses: tuple[int, ...]
    choice: str = ""
    flaws: Mapping[int, str] = field(default_factory=dict)
    overalls: Mapping[int, int] = field(default_factory=dict)
    blamed: Set[int] = frozenset()


def words_of(said: Said) -> list[Word]:
    """Return what is said of each response. That one is better than another says of neither."""
    words = [(response, _fails(response, said)) for response in said.responses]
    return [Word("person", response, fails=fails) for response, fails in words if fails is not None]


def _fails(response: int, said: Said) -> bool | None:
    """What is said of the response alone comes before what is said of all."""
    if flaw := said.flaws.get(response):
        return flaw in FAILING_FLAWS
    if response in said.blamed:
        return True
    if (overall := said.overalls.get(response)) is not None and not POOR < overall < GOOD:
        return overall <= POOR
    return True if said.choice == BOTH_BAD else None
