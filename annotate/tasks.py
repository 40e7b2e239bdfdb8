"""Doorways for Celery."""

from celery import shared_task

from annotate.services import drafts, leases


@shared_task
def release_expired_leases() -> None:
    leases.release_expired_leases()
    drafts.forget_settled_drafts()
