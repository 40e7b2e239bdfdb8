"""What comes next: asks the rows what is missing, and dispatches it. Safe to run at any moment, twice."""

from django.db import transaction
from django.utils import timezone

from oversight.asking.selectors.reviews import review_is_complete
from oversight.dispatch import send_after_commit
from oversight.loop.services.watching import tell_stage_is_over
from oversight.loop.stages import HANDLERS
from oversight.models import Round, Stage, UnitState, WorkUnit
from oversight.models.campaigns import at_work
from oversight.telemetry.code import code_version

ORDER = [Stage(value) for value in Stage.values]
MAX_MESSAGES = 4


def coordinate() -> None:
    """Advance every open round, then wake the workers of every queue that has due units.

    In a campaign that is paused all rests where it is.
    """
    for round_id in Round.objects.doable().values_list("pk", flat=True):
        advance_round(round_id)


def advance_round(round_id: int) -> Stage | None:
    """Move a round past every stage that is complete; create and dispatch the units of the next.

    Return the stage it stands at, None where another process is advancing it just now, where its
    campaign is paused, and where newer code began it.
    """
    with transaction.atomic():
        rows = Round.objects.select_for_update(skip_locked=True, of=("self",))
        may_be = rows.filter(at_work("campaign__"), least_code__lte=code_version())
        round_ = may_be.filter(pk=round_id).first()
        if round_ is None:
            return None
        while round_.stage != Stage.DONE and _stage_is_complete(round_):
            _enter_next_stage(round_)
        _dispatch(round_)
    return Stage(round_.stage)


def _stage_is_complete(round_: Round) -> bool:
    stage = Stage(round_.stage)
    if stage == Stage.REVIEW:
        return round_.review_closed_at is not None or review_is_complete(round_)
    _ensure_units(round_, stage)
    if round_.units.filter(stage=stage).exclude(state=UnitState.DONE).exists():
        return False
    return stage != Stage.COMPARE or review_is_complete(round_)


def _ensure_units(round_: Round, stage: Stage) -> None:
    """Create the stage's units once: their number follows from rows that no longer change."""
    if round_.units.filter(stage=stage).exists():
        return
    count = HANDLERS[stage].unit_count(round_)
    WorkUnit.objects.bulk_create(
        [WorkUnit(round=round_, stage=stage, index=index) for index in range(count)],
        ignore_conflicts=True,
    )


def _enter_next_stage(round_: Round) -> None:
    tell_stage_is_over(round_)
    round_.stage = ORDER[ORDER.index(Stage(round_.stage)) + 1]
    if round_.stage == Stage.DONE:
        round_.finished_at = timezone.now()
    round_.save(update_fields=["stage", "finished_at"])


def _dispatch(round_: Round) -> None:
    if round_.stage in (Stage.DONE, Stage.REVIEW):
        return
    due = round_.units.filter(stage=round_.stage) & WorkUnit.objects.claimable()
    queue = HANDLERS[Stage(round_.stage)].queue
    for _ in range(min(due.count(), MAX_MESSAGES)):
        send_after_commit("oversight.tasks.work", queue, queue=queue)
