"""What comes next: asks the rows what is missing, and dispatches it. Safe to run at any moment, twice."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from oversight.asking.selectors.reviews import review_is_complete
from oversight.dispatch import send_after_commit
from oversight.loop.selectors.routes import awake, served_version
from oversight.loop.selectors.tampering import has_tampering
from oversight.loop.services.left_out import holding_up, leave_out_the_rest
from oversight.loop.services.watching import tell_stage_is_over
from oversight.loop.stages import HANDLERS
from oversight.models import ModelAnswer, Round, Stage, UnitState, WorkUnit
from oversight.models.campaigns import at_work
from oversight.telemetry.code import code_version
from oversight.versions.services.loading import SERVERS
from oversight.versions.services.servers import due_for_a_try, server_of

ORDER = [Stage(value) for value in Stage.values]
MAX_MESSAGES = 4
# Stages whose first units may be done while the last ones of another are not: the same index is the
# same slots.
AHEAD = {
    Stage.RESPOND: Stage.ATTACK,
    Stage.TAMPER: Stage.RESPOND,
    Stage.CRITIQUE: Stage.TAMPER,
}


def coordinate() -> None:
    """Advance every open round, then wake the workers of every queue that has due units.

    In a campaign that is paused all rests where it is.
    """
    for round_id in Round.objects.doable().values_list("pk", flat=True):
        advance_round(round_id)
        route_units(round_id)
    ModelAnswer.objects.filter(unit__round__finished_at__isnull=False).delete()


def advance_round(round_id: int) -> Stage | None:
    """Move a round past every stage that is complete; create and dispatch the units of the next.

    Return the stage it stands at, None where another process is advancing it just now, where its
    campaign is paused, and where newer code began it.
    """
    with transaction.atomic():
        # A large round's plan takes megabytes and is seldom needed here.
        rows = Round.objects.select_for_update(skip_locked=True, of=("self",)).defer("plan")
        may_be = rows.filter(at_work("campaign__"), least_code__lte=code_version())
        round_ = may_be.filter(pk=round_id).first()
        if round_ is None:
            return None
        while round_.stage != Stage.DONE and _stage_is_complete(round_):
            _enter_next_stage(round_)
        _begin_ahead(round_)
        _dispatch(round_)
    return Stage(round_.stage)


def route_units(round_id: int) -> None:
    """Let the units that are not done go where their stage's models are: those may have changed."""
    round_ = Round.objects.defer("plan").get(pk=round_id)
    left = round_.units.exclude(state__in=[UnitState.DONE, UnitState.RUNNING])
    for stage in left.order_by().values_list("stage", flat=True).distinct():
        version = served_version(round_, Stage(stage))
        server = server_of(version) if version else None
        left.filter(stage=stage).exclude(server=server).update(server=server)


def _stage_is_complete(round_: Round) -> bool:
    stage = Stage(round_.stage)
    if stage == Stage.REVIEW:
        return round_.review_closed_at is not None or review_is_complete(round_)
    if _is_under_way(round_, stage):
        return False
    _ensure_units(round_, stage)
    if _is_under_way(round_, stage):
        return False
    return stage != Stage.COMPARE or review_is_complete(round_)


def _is_under_way(round_: Round, stage: Stage) -> bool:
    return holding_up(round_, stage).exists()


def _ensure_units(round_: Round, stage: Stage) -> None:
    """Create the stage's units once: their number follows from rows that no longer change."""
    made = _made(round_, stage)
    if made and stage not in AHEAD:
        return
    _make_units(round_, stage, range(made, HANDLERS[stage].unit_count(round_)))


def _begin_ahead(round_: Round) -> None:
    """Create the first units of later stages, as far as all is there that they need.

    That is so up to the first unit of the stage before that is not done, and no further: which of two
    equal queries is used is only known once all lower slots have theirs.
    """
    at = ORDER.index(Stage(round_.stage))
    later = [stage for stage in AHEAD if ORDER.index(stage) > at]
    for stage, before in _overlapping(round_).items() if later else ():
        if stage in later:
            _make_units(round_, stage, range(_made(round_, stage), _ready(round_, before)))


def _overlapping(round_: Round) -> dict[Stage, Stage]:
    """Return AHEAD for the round: without what it has no units of."""
    found = dict(AHEAD)
    if not has_tampering(round_):
        found[Stage.CRITIQUE] = found.pop(Stage.TAMPER)
    if round_.critic_id is None:
        del found[Stage.CRITIQUE]
    return found


def _made(round_: Round, stage: Stage) -> int:
    """Return how many units of the stage there are: they are made in order."""
    last = round_.units.filter(stage=stage).aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def _ready(round_: Round, stage: Stage) -> int:
    """Return how many of the stage's first units are done without a gap."""
    left = round_.units.filter(stage=stage).exclude(state=UnitState.DONE)
    first = left.aggregate(first=Min("index"))["first"]
    return _made(round_, stage) if first is None else int(first)


def _make_units(round_: Round, stage: Stage, indices: Iterable[int]) -> None:
    wanted = list(indices)
    if not wanted:
        return
    version = served_version(round_, stage)
    server = server_of(version) if version else None
    WorkUnit.objects.bulk_create(
        [WorkUnit(round=round_, stage=stage, index=index, server=server) for index in wanted],
        ignore_conflicts=True,
    )


def _enter_next_stage(round_: Round) -> None:
    leave_out_the_rest(round_)
    tell_stage_is_over(round_)
    round_.stage = ORDER[ORDER.index(Stage(round_.stage)) + 1]
    if round_.stage == Stage.DONE:
        round_.finished_at = timezone.now()
    round_.save(update_fields=["stage", "finished_at"])
    if round_.stage in AHEAD:
        _ensure_units(round_, Stage(round_.stage))


def _dispatch(round_: Round) -> None:
    if round_.stage in (Stage.DONE, Stage.REVIEW):
        return
    wakeable = awake() | Q(server__in=due_for_a_try())
    due = round_.units.filter(wakeable, WorkUnit.claimable_now())
    counts: Counter[str] = Counter()
    for stage, server, count in due.order_by().values_list("stage", "server").annotate(Count("pk")):
        counts[SERVERS if server else HANDLERS[Stage(stage)].queue] += count
    for queue, count in counts.items():
        # One worker asks servers for all.
        for _ in range(1 if queue == SERVERS else min(count, MAX_MESSAGES)):
            send_after_commit("oversight.tasks.work", queue, queue=queue)
