"""A round that is ended before its time."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from models_srv.training import cancel_training, training_status
from oversight.errors import WrongState
from oversight.feedback.services.settling import close_unanswered
from oversight.learning.services.reward_folder import folder_name
from oversight.loop.services.locks import lock_round
from oversight.loop.services.rounds import wake_coordinator
from oversight.models import (
    Act,
    Delivery,
    Judgement,
    Origin,
    Query,
    Round,
    RunState,
    ServedState,
    Source,
    Stage,
    TrainingRun,
    UnitState,
    User,
)
from oversight.people.services.audit import record_act

# From the first tick after it on; a watcher that is alive passes the wish on besides.
STOPPING_HOURS = 1


def cancel_round(*, round: Round, reason: str, cancelled_by: User) -> None:
    """End a round where it stands: nothing more of it is asked, generated, trained or promoted.

    What people said stays, and so do the preferences that were made. Open items are closed with the
    answers that they have, or withdrawn; what workers are busy with is dropped when they come to
    write it; training is asked to stop. Queries that were taken from the pool, and that nobody
    judged, go back there. The next round may start at once. Raises WrongState where the round has
    ended.
    """
    with transaction.atomic():
        row = lock_round(round)
        if row.finished_at:
            raise WrongState(f"round {row.number} has ended already")
        now = timezone.now()
        close_unanswered(round=row)
        left = row.units.exclude(state=UnitState.DONE)
        left.update(state=UnitState.CANCELLED, ended_at=now, lease_expires_at=None)
        _give_back_queries(row)
        row.outcome = f"Cancelled at “{row.get_stage_display()}” by {cancelled_by}: {reason}"
        _end_training(row)
        _end_delivery(row)
        row.cancelled_in, row.cancelled_by, row.stage = row.stage, cancelled_by, Stage.DONE
        row.finished_at = now
        row.save(update_fields=["cancelled_in", "cancelled_by", "stage", "outcome", "finished_at"])
        record_act(
            Act.ROUND_CANCELLED,
            campaign=row.campaign,
            by=cancelled_by,
            number=row.number,
            reason=reason,
        )
        wake_coordinator()


def stop_cancelled_training() -> None:
    """Stop what is still being trained for rounds that were cancelled lately.

    Whoever watched such a process may have died: it is looked for by its folder.
    """
    lately = timezone.now() - timedelta(hours=STOPPING_HOURS)
    for round_ in Round.objects.filter(finished_at__gt=lately).exclude(cancelled_in=""):
        folders = TrainingRun.objects.filter(round=round_).values_list("folder", flat=True)
        for name in filter(None, [folder_name(round_), *folders]):
            folder = Path(settings.ARTIFACTS) / name
            if folder.is_dir() and training_status(folder).state == "running":
                cancel_training(folder)


def _give_back_queries(round_: Round) -> None:
    judged = Judgement.objects.filter(
        round=round_, source__in=[Source.PERSON, Source.SIMULATED]
    ).values("query")
    pool = Query.objects.filter(round=round_).exclude(origin=Origin.ATTACKER)
    pool.exclude(pk__in=judged).update(round=None, slot=None)


def _end_delivery(round_: Round) -> None:
    """Nobody goes on loading the round's candidate; put before the gate again, it begins anew."""
    is_candidate = Q(version__training_run__round=round_) | Q(version=round_.candidate_id)
    on_its_way = Delivery.objects.filter(is_candidate, state=ServedState.LOADING)
    on_its_way.update(state=ServedState.FAILED, outcome=f"Round {round_.number} was cancelled.")


def _end_training(round_: Round) -> None:
    TrainingRun.objects.filter(round=round_, state__in=[RunState.QUEUED, RunState.RUNNING]).update(
        state=RunState.CANCELLED,
        is_cancel_requested=True,
        reason=round_.outcome,
        finished_at=timezone.now(),
    )
