"""Telling people that something of a review waits for them. The one place that does."""

from django.urls import reverse

from annotate.models import Assignment, Review
from oversight.models import Campaign, EventKind, User
from oversight.people.services.notifications import announce, notify


def tell_author(*, review: Review, person: User, assignment: Assignment, note: str) -> None:
    """Tell somebody that an answer of theirs was sent back, and why."""
    notify(
        user=person,
        kind=EventKind.SENT_BACK,
        campaign=review.campaign,
        url=reverse("annotate:correct", args=[assignment.pk]),
        text=f"Sent back to you: {note}",
    )


def tell_reviewer(*, review: Review, reviewer: User) -> None:
    """Tell who sent an answer back that it was given again."""
    notify(
        user=reviewer,
        kind=EventKind.REVIEW_WAITING,
        campaign=review.campaign,
        url=reverse("annotate:review", args=[review.campaign.slug, review.pk]),
        text="What you sent back was answered again",
    )


def tell_reviewers(*, campaign: Campaign, count: int) -> None:
    """Tell all who may review, and the webhooks that asked for it, that so many items wait."""
    announce(campaign=campaign, kind=EventKind.REVIEW_WAITING, data={"count": count})
