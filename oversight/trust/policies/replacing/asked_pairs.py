"""Pairs that the critic judged and people were asked about by lot, with what each of them said. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oversight.trust.policies.source.judged_pairs import JudgedPair

TIE = "tie"  # also where both are bad: neither answer is preferred


@dataclass(frozen=True)
class AskedPair:
    """`pair.human` is what people say together, None where none did; `people` are their answers (a, b
    or tie) by person, one each. `blind` are those that were given without the critique in view."""

    pair: JudgedPair
    people: Mapping[str, str] = field(default_factory=dict)
    blind: Mapping[str, str] = field(default_factory=dict)

    @property
    def critic(self) -> str:
        return "a" if self.pair.prefers_a else "b"


def people_by_item(pairs: Sequence[AskedPair], *, blind: bool = False) -> dict[str, dict[int, str]]:
    """Return each person's answers, by the pair's place."""
    by_person: dict[str, dict[int, str]] = defaultdict(dict)
    for at, each in enumerate(pairs):
        for person, choice in (each.blind if blind else each.people).items():
            by_person[person][at] = choice
    return dict(by_person)


def critic_by_item(pairs: Sequence[AskedPair]) -> dict[int, str]:
    return {at: each.critic for at, each in enumerate(pairs)}
