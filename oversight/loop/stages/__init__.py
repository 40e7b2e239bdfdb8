"""The stages that machines do. Each thinks outside of any transaction, then writes within one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oversight.models import Round, Stage

from . import (
    attack,
    collect,
    compare,
    critique,
    deliver,
    evaluate,
    gate,
    respond,
    reward,
    route,
    train,
)


@dataclass(frozen=True)
class Handler:
    """How a stage is cut into units, and what one unit does.

    `unit_count` follows from rows that no longer change once the stage is entered. `think` may take
    long and writes nothing of the round's; `write` stores what it returned, in the transaction that
    also marks the unit done.
    """

    queue: str
    unit_count: Callable[[Round], int]
    think: Callable[[Round, int], Any]
    write: Callable[[Round, int, Any], None]


HANDLERS = {
    Stage.ATTACK: Handler("inference", attack.unit_count, attack.think, attack.write),
    Stage.RESPOND: Handler("inference", respond.unit_count, respond.think, respond.write),
    Stage.CRITIQUE: Handler("inference", critique.unit_count, critique.think, critique.write),
    Stage.ROUTE: Handler("control", route.unit_count, route.think, route.write),
    Stage.REWARD: Handler("training", reward.unit_count, reward.think, reward.write),
    Stage.COLLECT: Handler("control", collect.unit_count, collect.think, collect.write),
    Stage.TRAIN: Handler("training", train.unit_count, train.think, train.write),
    Stage.DELIVER: Handler("training", deliver.unit_count, deliver.think, deliver.write),
    Stage.EVALUATE: Handler("inference", evaluate.unit_count, evaluate.think, evaluate.write),
    Stage.COMPARE: Handler("control", compare.unit_count, compare.think, compare.write),
    Stage.GATE: Handler("inference", gate.unit_count, gate.think, gate.write),
}
