"""What several people said of the same pair, as records of each of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from oversight.trust.policies.annotators.people_reliability import PersonRecord


@dataclass(frozen=True)
class Answer:
    """One person's choice; `is_final`: of somebody who was asked to settle the matter."""

    person: str
    prefers_a: bool
    is_final: bool = False


def person_records(pairs: Sequence[Sequence[Answer]]) -> dict[str, PersonRecord]:
    """Return each person's record; those whose answers nobody else's can be held against have none.

    Where a pair was settled, answers to it were right or wrong. Else neighbours in time are each
    other's repeats, half for either person: all couples would count one slip many times.
    """
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for answers in pairs:
        plain = [answer for answer in answers if not answer.is_final]
        final = next((answer for answer in reversed(answers) if answer.is_final), None)
        if final:
            for answer in plain:
                is_right = answer.prefers_a == final.prefers_a
                counts[answer.person]["right" if is_right else "wrong"] += 1
        else:
            for one, other in pairwise(plain):
                kind = "same" if one.prefers_a == other.prefers_a else "different"
                for answer in (one, other):
                    counts[answer.person][kind] += 0.5
    return {person: PersonRecord(**found) for person, found in counts.items()}


def repeated_pairs(pairs: Sequence[Sequence[Answer]]) -> int:
    """Return how many pairs were answered more than once."""
    return sum(len(answers) > 1 for answers in pairs)
