"""Doorways from Celery to the services. Each may run twice and die once."""

from celery import shared_task

from oversight.services import coordinator
from oversight.services.cancellation import stop_cancelled_training
from oversight.services.schedules import start_due_updates
from oversight.services.work import work_through


@shared_task
def coordinate() -> None:
    coordinator.coordinate()
    start_due_updates()
    stop_cancelled_training()


@shared_task(name="oversight.tasks.work")
def work(queue: str) -> None:
    work_through(queue)
