"""What an admin may do to a training run."""

from oversight.errors import WrongState
from oversight.models import RunState, TrainingRun


def cancel_training(*, run: TrainingRun) -> None:
    """Ask the process that trains to stop. Raises WrongState where it has ended already."""
    changed = TrainingRun.objects.filter(
        pk=run.pk, state__in=[RunState.QUEUED, RunState.RUNNING]
    ).update(is_cancel_requested=True)
    if not changed:
        raise WrongState(f"training run {run.pk} has ended already")
