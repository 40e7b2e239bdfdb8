"""Preferences, the datasets made of them, and what training on those gave."""

from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Least

from .asking import ReviewItem, RoutingDecision
from .campaigns import Campaign
from .feedback import Judgement, Source, not_superseded
from .loop import Round
from .outputs import Query, Response
from .trust import SourceReliability
from .users import User
from .versions import ModelVersion, Role


class PreferenceKind(models.TextChoices):
    COMPARED = "compared", "Compared"
    REWRITTEN = "rewritten", "Rewritten"


class PreferenceQuerySet(QuerySet["Preference"]):
    def standing(self) -> "PreferenceQuerySet":
        """Those that may be trained on: nothing superseded, nothing of weight 0."""
        return self.filter(not_superseded(Preference), weight__gt=0)


class Preference(models.Model):
    """(query, chosen, rejected) with the source's measured reliability: what training reads.

    `p_w` = P(source says w | human prefers w), `p_l` = P(source says w | human prefers l);
    `weight` corrects sampling only; 0: nothing is preferred any more, for the `reason` given.
    Append-only; a trigger refuses held-out queries, another one a row that supersedes one of
    another item or pair: so an item has one chain for each pair, and its last row stands.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="preferences")
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="preferences", db_index=False
    )
    query = models.ForeignKey(Query, models.PROTECT, related_name="preferences")
    chosen = models.ForeignKey(Response, models.PROTECT, related_name="+")
    rejected = models.ForeignKey(Response, models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=Source.choices)
    kind = models.CharField(
        max_length=10,
        choices=PreferenceKind.choices,
        default=PreferenceKind.COMPARED,
        help_text="Rewritten: the chosen response is a person's rewrite of the rejected one.",
    )
    judgement = models.ForeignKey(Judgement, models.PROTECT, null=True, related_name="preferences")
    item = models.ForeignKey(
        ReviewItem,
        models.PROTECT,
        null=True,
        related_name="preferences",
        help_text="Whose standing answers amount to it. NULL: no item was asked, or it is a rewrite.",
    )
    decision = models.ForeignKey(RoutingDecision, models.PROTECT, null=True, related_name="+")
    p_w = models.FloatField(default=1.0)
    p_l = models.FloatField(default=0.0)
    weight = models.FloatField(default=1.0)
    reliability = models.ForeignKey(
        SourceReliability,
        models.PROTECT,
        null=True,
        related_name="preferences",
        help_text="What p_w and p_l were measured on. NULL: taken as given.",
    )
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why nothing is preferred any more."
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(chosen=F("rejected")), name="preference_between_two"
            ),
            models.CheckConstraint(
                condition=Q(p_w__gte=0, p_w__lte=1, p_l__gte=0, p_l__lte=1, weight__gte=0),
                name="preference_reliability",
            ),
            models.UniqueConstraint(
                # One for each pair: the best of several is preferred to each of the others.
                fields=["round", "query", "chosen", "rejected"],
                condition=Q(supersedes__isnull=True, round__isnull=False, kind="compared"),
                name="one_preference_per_pair_and_round",
            ),
            models.UniqueConstraint(
                F("item"),
                Least("chosen", "rejected"),
                Greatest("chosen", "rejected"),
                condition=Q(supersedes__isnull=True, item__isnull=False),
                name="one_chain_per_item_and_pair",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(kind="compared"),
                name="rewrite_is_of_no_item",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "id"], name="preference_export"),
            models.Index(fields=["round", "id"], name="preference_of_round"),
        ]


class Snapshot(models.Model):
    """An immutable dataset. `sha256` names its rows' content for ever.

    A trigger refuses every change but of its name, note and licence.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="snapshots")
    sha256 = models.CharField(max_length=64)
    hash_version = models.PositiveSmallIntegerField(
        default=2, help_text="How `sha256` is reckoned. 2: oversight/data/selectors/frozen.py."
    )
    name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    licence = models.CharField(max_length=200, blank=True, help_text="Such as CC-BY-4.0.")
    filters = models.JSONField(default=dict, blank=True, help_text="Which preferences were taken.")
    facts = models.JSONField(
        default=dict, blank=True, help_text="What was counted and measured when it was made."
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    train_count = models.PositiveIntegerField()
    validation_count = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "sha256"], name="snapshot_once")]


class SnapshotSplit(models.TextChoices):
    TRAIN = "train", "Train"
    VALIDATION = "validation", "Validation"


class SnapshotRow(models.Model):
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    preference = models.ForeignKey(Preference, models.PROTECT, related_name="+")
    split = models.CharField(max_length=10, choices=SnapshotSplit.choices)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "position"], name="snapshot_position_once"),
            models.UniqueConstraint(
                fields=["snapshot", "preference"], name="snapshot_preference_once"
            ),
        ]


class RunState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    SKIPPED = "skipped", "Skipped"


class TrainingRun(models.Model):
    """One update of a role's model: its settings, its metrics as they come, what it gave.

    A learner's is trained from a snapshot, another role's from what its folder holds.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="training_runs")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="training_runs")
    role = models.CharField(
        max_length=10, choices=Role.choices, default=Role.LEARNER, db_default=Role.LEARNER
    )
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="runs")
    parent = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    is_cancel_requested = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    folder = models.CharField(max_length=500, blank=True)
    warnings = models.JSONField(default=list, help_text="What speaks against the settings.")
    critic_gap = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="How much better the critic's choice is than chance, before it began.",
    )
    metrics = models.JSONField(default=list)
    metrics_offset = models.BigIntegerField(default=0, help_text="Bytes of metrics.jsonl read.")
    result = models.JSONField(default=dict)
    result_version = models.OneToOneField(
        ModelVersion, models.PROTECT, null=True, related_name="training_run"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(result_version__isnull=False),
                name="succeeded_run_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["failed", "skipped"]) | ~Q(reason=""),
                name="failed_run_says_why",
            ),
            models.UniqueConstraint(
                fields=["campaign", "role"],
                condition=Q(state__in=["queued", "running"]),
                name="one_training_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["round", "role"], name="one_training_by_round_and_role"
            ),
        ]


class Evaluation(models.Model):
    """Candidate against active on held-out queries, and what the gate said, with reasons."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="evaluations")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="evaluations")
    role = models.CharField(
        max_length=10, choices=Role.choices, default=Role.LEARNER, db_default=Role.LEARNER
    )
    candidate = models.ForeignKey(ModelVersion, models.PROTECT, related_name="evaluations")
    baseline = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    metrics = models.JSONField(default=dict)
    is_promoted = models.BooleanField()
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "role"], name="one_evaluation_by_round_and_role"
            )
        ]
