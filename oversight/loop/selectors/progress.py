"""How far a round has come, stage by stage, and whose labels there are."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from oversight.campaigns.selectors.tallies import tallies
from oversight.models import (
    OF_CROSSING,
    OF_OTHER_ROLES,
    OF_REFINING,
    OF_TAMPERING,
    Campaign,
    ItemState,
    ModelServer,
    ReviewItem,
    Round,
    Source,
    Split,
    Stage,
    UnitState,
    WorkUnit,
)
from oversight.versions.selectors.servers import resting_servers, told_waiting

# What a round goes through; DONE is where it ends.
STAGES = [stage for stage in Stage if stage != Stage.DONE]
# What is told of where there is something to do.
IF_NEEDED = (*OF_TAMPERING, *OF_REFINING, *OF_CROSSING, *OF_OTHER_ROLES)
# Stages that are cut alike, so that they may overlap.
SLOT_BY_SLOT = (Stage.ATTACK, Stage.RESPOND, Stage.TAMPER, Stage.CRITIQUE)
# Where people are asked, and about queries of which split.
ASKED = {Stage.REVIEW: Split.TRAIN, Stage.COMPARE: Split.HELD_OUT}
NOTHING_AHEAD: Mapping[int, Container[Stage]] = {}
Items = tuple[int, int, int]  # judged, all that stand, withdrawn


@dataclass(frozen=True)
class UnitCount:
    """How many units are in a state, with the same words about why."""

    state: str
    error: str
    server: int | None
    count: int


@dataclass(frozen=True)
class StageProgress:
    """Units of a stage, or in review the items for people, `withdrawn` ones not among the `total`.
    `state`: done, now, later or cancelled."""

    stage: str
    label: str
    state: str
    done: int
    total: int
    running: int
    failed: int
    counts_items: bool
    waiting_reasons: tuple[str, ...]
    failed_reasons: tuple[str, ...]
    withdrawn: int = 0


@dataclass(frozen=True)
class LabelCounts:
    """Labels by who gave them. They are never added up: only `human` is human."""

    human: int
    simulated: int
    critic: int
    checker: int


def rounds_progress(
    rounds: Sequence[Round], ahead: Mapping[int, Container[Stage]] = NOTHING_AHEAD
) -> dict[int, list[StageProgress]]:
    """Return each round's stages in order, by the round's id: three queries, however many rounds.
    Those IF_NEEDED are among them where there is something to do, or where there will be: what is
    `ahead` of a round, by its id.

    One more where something waits for a server that does not answer.
    """
    units: dict[tuple[int, str], list[UnitCount]] = defaultdict(list)
    counted = WorkUnit.objects.filter(round__in=rounds).order_by()
    for round_id, stage, *rest in counted.values_list(
        "round_id", "stage", "state", "error", "server"
    ).annotate(n=Count("pk")):
        units[round_id, stage].append(UnitCount(*rest))
    resting = resting_servers(
        each.server for of_stage in units.values() for each in _left(of_stage)
    )
    items = _items(rounds, compared=[pk for pk, stage in units if stage == Stage.COMPARE])
    return {
        round_.pk: [
            _stage(
                round_,
                stage,
                units[round_.pk, stage],
                items.get((round_.pk, ASKED.get(stage, ""))),
                _whole(units, round_, stage),
                resting,
            )
            for stage in STAGES
            if stage not in IF_NEEDED
            or stage in ahead.get(round_.pk, ())
            or _is_at(round_, stage)
            or units[round_.pk, stage]
        ]
        for round_ in rounds
    }


def _is_at(round_: Round, stage: Stage) -> bool:
    return round_.reached == stage and not round_.finished_at


def _items(rounds: Sequence[Round], compared: Sequence[int]) -> dict[tuple[int, str], Items]:
    """Count the items by round and split: (judged, all but those withdrawn, withdrawn).

    Those of held-out queries are looked for in rounds alone that `compared` versions by people: the
    rest needs no look at the queries, which are many.
    """
    mine = ReviewItem.objects.filter(round__in=rounds)
    all_items = _judged_of_all(mine)
    held_out = _judged_of_all(
        mine.filter(round__in=compared, query__split=Split.HELD_OUT) if compared else mine.none()
    )
    found = {}
    for round_id, (judged, total, withdrawn) in all_items.items():
        apart = held_out.get(round_id, (0, 0, 0))
        rest = (judged - apart[0], total - apart[1], withdrawn - apart[2])
        found[round_id, str(Split.TRAIN)] = rest
        found[round_id, str(Split.HELD_OUT)] = apart
    return {key: counts for key, counts in found.items() if any(counts)}


def _judged_of_all(items: QuerySet[ReviewItem]) -> dict[int, Items]:
    judged = Count("pk", filter=Q(state=ItemState.CLOSED))
    gone = Count("pk", filter=Q(state=ItemState.WITHDRAWN))
    rows = items.order_by().values("round").annotate(n=Count("pk"), judged=judged, gone=gone)
    return {row["round"]: (row["judged"], row["n"] - row["gone"], row["gone"]) for row in rows}


def round_progress(round_: Round, ahead: Container[Stage] = ()) -> list[StageProgress]:
    """`ahead`: stages IF_NEEDED that its plan leads to."""
    return rounds_progress([round_], {round_.pk: ahead})[round_.pk]


def judgement_counts(campaign: Campaign) -> LabelCounts:
    """Count standing judgements of the campaign's queries."""
    return counts_by_source(tallies(campaign, "judgement"))


def preference_counts(campaign: Campaign) -> LabelCounts:
    """Count preferences that may be trained on."""
    return counts_by_source(
        {
            source: sum(by_round.values())
            for source, by_round in preferences_by_round(campaign).items()
        }
    )


def preferences_by_round(campaign: Campaign) -> dict[str, dict[int, int]]:
    """Count preferences that may be trained on by source and by their round's id, 0 for none."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for name, count in tallies(campaign, "preference").items():
        source, round_id = name.split("/")
        found[source][int(round_id)] = count
    return found


def counts_by_source(counts: Mapping[str, int]) -> LabelCounts:
    return LabelCounts(
        human=counts.get(Source.PERSON, 0),
        simulated=counts.get(Source.SIMULATED, 0),
        critic=counts.get(Source.CRITIC, 0),
        checker=counts.get(Source.CHECKER, 0),
    )


def _stage(
    round_: Round,
    stage: Stage,
    units: list[UnitCount],
    items: Items | None,
    whole: int,
    resting: Mapping[int, ModelServer],
) -> StageProgress:
    done, total = _count(units, UnitState.DONE), whole
    withdrawn = 0
    if items:
        done, total, withdrawn = items
    return StageProgress(
        stage=stage.value,
        label=stage.label,
        state=_state(round_, stage),
        done=done,
        total=total,
        running=_count(units, UnitState.RUNNING),
        failed=_count(units, UnitState.FAILED),
        counts_items=items is not None,
        waiting_reasons=_waiting_reasons(round_, units, resting),
        failed_reasons=_reasons(units, {UnitState.FAILED}),
        withdrawn=withdrawn,
    )


def _whole(units: Mapping[tuple[int, str], list[UnitCount]], round_: Round, stage: Stage) -> int:
    """Return how many units the stage has, or will have: those ahead of their turn have as many as
    the stage before, slot by slot.
    """
    total = sum(unit.count for unit in units[round_.pk, stage])
    if not total or stage not in SLOT_BY_SLOT:
        return total
    return max(sum(unit.count for unit in units[round_.pk, each]) for each in SLOT_BY_SLOT)


def _left(units: Iterable[UnitCount]) -> Iterable[UnitCount]:
    return (unit for unit in units if unit.state in (UnitState.PENDING, UnitState.RUNNING))


def _waiting_reasons(
    round_: Round, units: list[UnitCount], resting: Mapping[int, ModelServer]
) -> tuple[str, ...]:
    """Return what is waited for: servers first, then what units say of themselves."""
    awaited = {unit.server for unit in _left(units) if unit.server in resting}
    servers = [
        told_waiting(resting[pk], (round_.learner, round_.attacker, round_.critic))
        for pk in sorted(pk for pk in awaited if pk is not None)
    ]
    return (*servers, *_reasons(units, {UnitState.PENDING, UnitState.RUNNING}))


def _count(units: list[UnitCount], state: UnitState) -> int:
    return sum(unit.count for unit in units if unit.state == state)


def _state(round_: Round, stage: Stage) -> str:
    order = list(Stage)
    at, here = order.index(round_.reached), order.index(stage)
    if round_.cancelled_in and here >= at:
        return "cancelled"
    return "done" if here < at else "now" if here == at else "later"


def _reasons(units: list[UnitCount], states: set[UnitState]) -> tuple[str, ...]:
    reasons = {unit.error for unit in units if unit.state in states and unit.error}
    return tuple(sorted(reasons))
