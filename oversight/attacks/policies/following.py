"""Which answers an attacker goes on from. Pure, seeded."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """An answer that nobody found wrong; `is_sure`: somebody found it right."""

    response_id: int
    query_id: int
    kind: str
    is_sure: bool


def draw_answers(
    kinds: Sequence[str], answers: Sequence[Answered], seed: int
) -> list[Answered | None]:
    """Return for each of `kinds` an answer to a query of that kind, each at most once; None where none
    is left. Those that were found right come first: at the others the learner may have failed already.
    """
    rng = random.Random(seed)
    left: dict[str, list[Answered]] = defaultdict(list)
    for each in rng.sample(list(answers), len(answers)):
        left[each.kind].append(each)
    for of_kind in left.values():
        of_kind.sort(key=lambda each: each.is_sure)  # the last is taken first
    return [left[kind].pop() if left[kind] else None for kind in kinds]
