"""A lease on an item, and what the person said."""

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from oversight.models import Arm, Judgement, ReviewItem, User


class AssignmentState(models.TextChoices):
    LEASED = "leased", "Leased"
    SUBMITTED = "submitted", "Submitted"
    EXPIRED = "expired", "Expired"
    SKIPPED = "skipped", "Skipped"


class AssignmentQuerySet(QuerySet["Assignment"]):
    def held_by(self, user: User) -> "AssignmentQuerySet":
        """Assignments of the person, whatever their state: others' are never found."""
        return self.filter(annotator=user)

    def live(self) -> "AssignmentQuerySet":
        return self.filter(state=AssignmentState.LEASED, expires_at__gt=timezone.now())

    def overdue(self) -> "AssignmentQuerySet":
        return self.filter(state=AssignmentState.LEASED, expires_at__lte=timezone.now())


class Assignment(models.Model):
    """An expiring lease of an item to one annotator, with the order shown, drawn once."""

    item = models.ForeignKey(ReviewItem, models.PROTECT, related_name="assignments")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments"
    )
    state = models.CharField(
        max_length=10, choices=AssignmentState.choices, default=AssignmentState.LEASED
    )
    order_shown = models.CharField(
        max_length=4,
        default="ab",
        help_text="Responses (or critiques to rate) from left to right, by their letters.",
    )
    arm = models.CharField(max_length=12, choices=Arm.choices, default=Arm.SHOWN)
    arm_propensity = models.FloatField(default=1.0, help_text="Probability of this arm.")
    leased_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    reason = models.TextField(blank=True, help_text="Why it was skipped.")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            # Never twice to the same person: an expired lease is taken up again, not added to.
            models.UniqueConstraint(fields=["item", "annotator"], name="one_lease_per_person"),
            models.CheckConstraint(
                condition=Q(order_shown__regex=r"^[a-d]{1,4}$"), name="assignment_order"
            ),
            models.CheckConstraint(
                condition=Q(arm_propensity__gt=0, arm_propensity__lte=1),
                name="assignment_arm_propensity",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="leased"), name="assignment_overdue"
            ),
            models.Index(
                fields=["annotator"], condition=Q(state="leased"), name="assignment_current"
            ),
        ]


class Annotation(models.Model):
    """What the person sent, as it was sent. Append-only: a correction supersedes.

    `submission` comes from the form: the same one sent twice is one annotation.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="annotations")
    submission = models.UUIDField(unique=True)
    payload = models.JSONField()
    judgement = models.OneToOneField(Judgement, models.PROTECT, related_name="annotation")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(supersedes__isnull=True),
                name="one_first_annotation_per_assignment",
            )
        ]
