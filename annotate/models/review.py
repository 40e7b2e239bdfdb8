"""Review: somebody else looks again at what was answered to an item, blind first."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, QuerySet

from oversight.models import Campaign, ReviewItem

from .assignments import Assignment


class ReviewState(models.TextChoices):
    TODO = "todo", "To do"
    IN_REVIEW = "in_review", "In review"
    SECOND_LOOK = "second_look", "Second look"
    ADJUDICATED = "adjudicated", "Adjudicated"


class ReviewReason(models.TextChoices):
    """Which rule chose the item."""

    BY_HAND = "by_hand", "Asked for"
    GOLD_MISSED = "gold_missed", "A known answer was missed"
    DISAGREEMENT = "disagreement", "People disagree"
    FLAGGED = "flagged", "Somebody flagged it"
    FIRST_ANSWERS = "first_answers", "One of somebody's first answers"
    RANDOM = "random", "Drawn at random"


class ReviewOutcome(models.TextChoices):
    ACCEPTED = "accepted", "Accepted as it is"
    CORRECTED = "corrected", "Corrected by the reviewer"
    WITHDRAWN = "withdrawn", "The item was withdrawn"


class ReviewQuerySet(QuerySet["Review"]):
    def unfinished(self) -> "ReviewQuerySet":
        return self.exclude(state=ReviewState.ADJUDICATED)


class Review(models.Model):
    """The review of one item's answers, as it stands; how it came to stand so is its moves.

    `propensity` is the random share when it was chosen, NULL where there was none: the probability
    that it would be drawn whatever the other rules say. `sent_back_to` holds the answer that a person
    is asked to correct, with the `note` that they are shown; it is empty again once they have.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reviews", db_index=False)
    item = models.OneToOneField(ReviewItem, models.PROTECT, related_name="review")
    state = models.CharField(max_length=12, choices=ReviewState.choices, default=ReviewState.TODO)
    reasons = ArrayField(models.CharField(max_length=15, choices=ReviewReason.choices))
    is_random = models.BooleanField(default=False)
    propensity = models.FloatField(null=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="reviews",
        db_index=False,
    )
    sent_back_to = models.OneToOneField(
        Assignment, models.PROTECT, null=True, related_name="sent_back_by"
    )
    note = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=ReviewOutcome.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="todo", reviewer__isnull=True)
                | Q(state__in=["in_review", "second_look"], reviewer__isnull=False)
                | Q(state="adjudicated"),
                name="review_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(state="adjudicated") & ~Q(outcome="")
                | ~Q(state="adjudicated") & Q(outcome=""),
                name="review_ends_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_to__isnull=True) | Q(state="in_review") & ~Q(note=""),
                name="review_sent_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(propensity__isnull=True) | Q(propensity__gt=0, propensity__lte=1),
                name="review_propensity",
            ),
            models.CheckConstraint(
                condition=Q(is_random=False) | Q(propensity__isnull=False),
                name="review_drawn_with_propensity",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="review_board"),
            models.Index(
                fields=["reviewer", "campaign", "state", "id"],
                condition=Q(reviewer__isnull=False),
                name="review_of_person",
            ),
            GinIndex(fields=["reasons"], name="review_by_reason"),
        ]


class MoveKind(models.TextChoices):
    """What happened to a review, as it is told after who did it."""

    CHOSEN = "chosen", "put it on the board"
    CLAIMED = "claimed", "took it"
    GIVEN_BACK = "given_back", "gave it back"
    ANSWERED = "answered", "answered it without seeing the others"
    ACCEPTED = "accepted", "accepted the answers"
    CORRECTED = "corrected", "corrected the answers"
    SENT_BACK = "sent_back", "sent it back"
    ANSWERED_AGAIN = "answered_again", "answered again"
    WITHDRAWN = "withdrawn", "withdrew the item"


class ReviewMove(models.Model):
    """One move of a review: from where to where, what, by whom, when. Append-only.

    `from_state` is "" for the first one; without `by` no person moved it, a rule did.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=15, choices=MoveKind.choices)
    from_state = models.CharField(max_length=12, choices=ReviewState.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=ReviewState.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]


class ReviewAnswer(models.Model):
    """What a reviewer answered before they saw the others, as an annotation keeps it. Append-only.

    It decides nothing by itself. A trigger refuses one by somebody who has answered, or holds, the
    item or its adjudication: who reviews never reviews their own.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="answers", db_index=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    payload = models.JSONField()
    order_shown = models.CharField(max_length=4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "reviewer"], name="review_answered_once")
        ]


class ItemToConsider(models.Model):
    """Says that an item was closed or withdrawn, and that its review may follow. Triggers write them."""

    item = models.ForeignKey(
        ReviewItem, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
