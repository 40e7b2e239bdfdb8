"""The stages that machines do. Each thinks outside of any transaction, then writes within one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from oversight.loop.stages.asking import Ask, Read, answer_here
from oversight.models import Round, Stage

from . import (
    assess,
    attack,
    collect,
    compare,
    critique,
    deliver,
    evaluate,
    gate,
    refine,
    reread,
    respond,
    reward,
    route,
    train,
)
from .crossing import confront, examine, testify
from .roles import coach, reply, settle, trial
from .tampering import by_model as tamper


@dataclass(frozen=True)
class Handler:
    """How a stage is cut into units, and what one unit does.

    `unit_count` follows from rows that no longer change once the stage is entered. `think` may take
    long and writes nothing of the round's; `write` stores what it returned, in the transaction that
    also marks the unit done. A stage that asks models thinks in two parts: it asks, and reads the
    answers (`oversight.loop.stages.asking`).
    """

    queue: str
    unit_count: Callable[[Round], int]
    think: Callable[[Round, int], Any]
    write: Callable[[Round, int, Any], None]
    ask: Ask | None = None
    read: Read | None = None


def _asking(
    unit_count: Callable[[Round], int], ask: Ask, read: Read, write: Callable[..., None]
) -> Handler:
    """Return the handler of a stage that asks models."""
    think = partial(_think_here, ask, read)
    return Handler("inference", unit_count, think, write, ask, read)


def _think_here(ask: Ask, read: Read, round_: Round, index: int) -> Any:
    return read(round_, index, answer_here(ask(round_, index)))


HANDLERS = {
    Stage.ATTACK: _asking(attack.unit_count, attack.ask, attack.read, attack.write),
    Stage.RESPOND: _asking(respond.unit_count, respond.ask, respond.read, respond.write),
    Stage.TAMPER: _asking(tamper.unit_count, tamper.ask, tamper.read, tamper.write),
    Stage.CRITIQUE: _asking(critique.unit_count, critique.ask, critique.read, critique.write),
    Stage.REFINE: _asking(refine.unit_count, refine.ask, refine.read, refine.write),
    Stage.REREAD: _asking(reread.unit_count, reread.ask, reread.read, reread.write),
    Stage.EXAMINE: _asking(examine.unit_count, examine.ask, examine.read, examine.write),
    Stage.TESTIFY: _asking(testify.unit_count, testify.ask, testify.read, testify.write),
    Stage.CONFRONT: _asking(confront.unit_count, confront.ask, confront.read, confront.write),
    Stage.ROUTE: Handler("control", route.unit_count, route.think, route.write),
    Stage.REWARD: Handler("training", reward.unit_count, reward.think, reward.write),
    Stage.COLLECT: Handler("control", collect.unit_count, collect.think, collect.write),
    Stage.TRAIN: Handler("training", train.unit_count, train.think, train.write),
    Stage.DELIVER: Handler("training", deliver.unit_count, deliver.think, deliver.write),
    Stage.EVALUATE: _asking(evaluate.unit_count, evaluate.ask, evaluate.read, evaluate.write),
    Stage.COMPARE: Handler("control", compare.unit_count, compare.think, compare.write),
    Stage.GATE: _asking(gate.unit_count, gate.ask, gate.read, gate.write),
    Stage.ASSESS: _asking(assess.unit_count, assess.ask, assess.read, assess.write),
    Stage.COACH: Handler("training", coach.unit_count, coach.think, coach.write),
    Stage.TRIAL: _asking(trial.unit_count, trial.ask, trial.read, trial.write),
    Stage.REPLY: _asking(reply.unit_count, reply.ask, reply.read, reply.write),
    Stage.SETTLE: Handler("control", settle.unit_count, settle.think, settle.write),
}
