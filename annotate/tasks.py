"""Doorways for Celery."""

from celery import shared_task

from annotate.queue.services import leases
from annotate.redteam.services import turns
from annotate.review.services import choosing
from annotate.work.services import drafts


@shared_task
def release_expired_leases() -> None:
    leases.release_expired_leases()
    drafts.forget_settled_drafts()
    turns.dispatch_due_turns()


@shared_task
def answer_turn(turn_id: int) -> None:
    turns.answer_turn(turn_id)


@shared_task
def choose_reviews() -> None:
    choosing.choose_reviews()
