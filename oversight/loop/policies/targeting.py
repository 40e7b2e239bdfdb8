"""What the attacker aims at: the kinds of query on which the learner fails most, and some others."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EXPLORATION = 0.3


@dataclass(frozen=True)
class Slot:
    """One query to be written: its kind, and the earlier query that it starts from."""

    node: str
    near_id: int | None


def node_weights(nodes: Sequence[str], failure: Mapping[str, float]) -> list[float]:
    """Return the share of attacks per node, summing to 1.

    EXPLORATION is spread evenly; the rest goes by the measured failure rate (in [0, 1], unknown
    nodes count as ½), so that a node never vanishes from the measurement.
    """
    if not nodes:
        return []
    rates = [failure.get(node, 0.5) for node in nodes]
    total = sum(rates)
    even = 1 / len(nodes)
    return [
        EXPLORATION * even + (1 - EXPLORATION) * (rate / total if total else even) for rate in rates
    ]


def plan_slots(
    count: int,
    nodes: Sequence[str],
    failure: Mapping[str, float],
    seeds_by_node: Mapping[str, Sequence[int]],
    seed: int,
) -> list[Slot]:
    """Return `count` slots. A node without seeds of its own borrows from all; no seeds gives None."""
    rng = random.Random(seed)
    names = list(nodes) or [""]
    everything = [near for ids in seeds_by_node.values() for near in ids]
    chosen = rng.choices(names, weights=node_weights(names, failure), k=count)
    slots = []
    for node in chosen:
        pool = seeds_by_node.get(node) or everything
        slots.append(Slot(node, rng.choice(pool) if pool else None))
    return slots
