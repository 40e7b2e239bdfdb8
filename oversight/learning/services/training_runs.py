"""What may be done to a training run."""

from django.db import transaction

from oversight.errors import WrongState
from oversight.models import Act, RunState, TrainingRun
from oversight.people.services.audit import record_act


@transaction.atomic
def cancel_training(*, run: TrainingRun) -> None:
    """Ask the process that trains to stop. Raises WrongState where it has ended already."""
    changed = TrainingRun.objects.filter(
        pk=run.pk, state__in=[RunState.QUEUED, RunState.RUNNING]
    ).update(is_cancel_requested=True)
    if not changed:
        raise WrongState(f"training run {run.pk} has ended already")
    record_act(Act.TRAINING_CANCELLED, campaign=run.campaign, run=run.pk)
