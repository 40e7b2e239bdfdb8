"""A lease on an item, and what the person said."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from oversight.models import Arm, Campaign, Harm, Judgement, ReviewItem, User

CORRECTS = "corrects"  # the field of a form that names what is corrected


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
    """An expiring lease of an item to one annotator, with the order shown, drawn once.

    `campaign` is the item's, and `harm` the tag of its category when it was leased: what the queue
    counts must not need the items.
    """

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="assignments", db_index=False
    )
    item = models.ForeignKey(ReviewItem, models.PROTECT, related_name="assignments")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments"
    )
    harm = models.CharField(max_length=10, choices=Harm.choices, blank=True)
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
    was_offered_again = models.BooleanField(
        default=False, help_text="Skipped once, and leased again when nothing else was left."
    )

    was_taken_back = models.BooleanField(
        default=False, help_text="An answer to it was taken back, and is among its annotations."
    )

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
                fields=["annotator", "campaign"],
                condition=Q(state="leased"),
                name="assignment_current",
            ),
            models.Index(
                fields=["annotator", "campaign", "leased_at"],
                condition=Q(state="submitted"),
                name="assignment_submitted_at",
            ),
            models.Index(
                fields=["annotator", "campaign"],
                condition=Q(state="skipped", was_offered_again=False),
                name="assignment_skipped",
            ),
            models.Index(
                fields=["annotator", "campaign", "leased_at"],
                condition=~Q(harm=""),
                name="assignment_exposure",
            ),
        ]


class Annotation(models.Model):
    """What the person sent, as it was sent. Append-only: a correction supersedes.

    What takes an answer back has an empty payload and a judgement that is a retraction. `submission`
    comes from the form: the same one sent twice is one annotation.
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
        # Rows come in the order of time: a few pages say where the last days are.
        indexes = [BrinIndex(fields=["created_at"], name="annotation_by_time")]


class DraftQuerySet(QuerySet["Draft"]):
    def of_corrections(self) -> "DraftQuerySet":
        return self.filter(fields__0__0=CORRECTS)


class Draft(models.Model):
    """What stands on a card that was not submitted: the form's fields, as the browser named them.

    `version` counts the changes, so that two tabs cannot overwrite each other unseen. A draft of a
    correction has the annotation that it corrects as its first field; no other draft has that one.
    """

    assignment = models.OneToOneField(
        Assignment, models.CASCADE, primary_key=True, related_name="draft"
    )
    fields = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    @property
    def corrects(self) -> int | None:
        """The id of the annotation that it is to supersede; None: the item is not answered yet."""
        name, value = self.fields[0] if self.fields else ("", "")
        return int(value) if name == CORRECTS else None


class FlagKind(models.TextChoices):
    BROKEN = "broken", "Broken or unreadable"
    SENSELESS = "senseless", "The question makes no sense"
    HARMFUL = "harmful", "Harmful beyond what was announced"
    PERSONAL = "personal", "Personal data"
    OTHER = "other", "Something else"


class Flag(models.Model):
    """A person says that something is wrong with an item itself; a reviewer settles it."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="flag")
    kind = models.CharField(max_length=10, choices=FlagKind.choices)
    reason = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
