"""What the attacker aims at: the kinds of query on which the learner fails, each from an earlier one."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oversight.attacks.policies.archive import Archive, Found
from oversight.attacks.policies.looking import Evidence, draw_kinds


@dataclass(frozen=True)
class Slot:
    """One query to be written: its kind, and the earlier query that it starts from."""

    node: str
    near_id: int | None


def plan_slots(
    count: int,
    nodes: Sequence[str],
    evidence: Mapping[str, Evidence],
    archive: Archive,
    fresh: Sequence[Found],
    seed: int,
    times: int = 1,
) -> list[Slot]:
    """Return `count` slots, `times` of each start: an attacker that learns has to see what it might
    have written instead. A node without queries of its own borrows from all; no queries give None."""
    kinds = draw_kinds(-(-count // times), nodes, evidence, seed)
    rng = random.Random(seed)
    slots = []
    for kind, parent in zip(kinds, archive.parents(kinds, fresh, seed), strict=True):
        borrowed = parent or (rng.choice(fresh) if fresh else None)
        slots += [Slot(kind, borrowed.key if borrowed else None)] * times
    return slots[:count]
