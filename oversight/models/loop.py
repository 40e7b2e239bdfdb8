"""A round and the units of work that it is made of."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from oversight.telemetry.code import code_version

from .campaigns import Campaign, at_work
from .users import User
from .versions import ModelServer, ModelVersion, Role

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .learning import Evaluation, TrainingRun


class Stage(models.TextChoices):
    """The stages of a round, in order."""

    ATTACK = "attack", "Attack"
    RESPOND = "respond", "Respond"
    TAMPER = "tamper", "Put errors in"
    CRITIQUE = "critique", "Critique"
    REFINE = "refine", "Write answers anew"
    REREAD = "reread", "Critique those"
    EXAMINE = "examine", "Question answers"
    TESTIFY = "testify", "Answer once more"
    CONFRONT = "confront", "Look for contradictions"
    ROUTE = "route", "Route"
    REVIEW = "review", "Review"
    REWARD = "reward", "Reward model"
    COLLECT = "collect", "Collect preferences"
    TRAIN = "train", "Train"
    DELIVER = "deliver", "Serve the new version"
    EVALUATE = "evaluate", "Evaluate"
    COMPARE = "compare", "People compare"
    GATE = "gate", "Gate"
    ASSESS = "assess", "Look for new weaknesses"
    COACH = "coach", "Train the other models"
    TRIAL = "trial", "Try the other models"
    REPLY = "reply", "Answer the tried attacks"
    SETTLE = "settle", "Their gates"
    DONE = "done", "Done"


# What follows the learner's gate: nothing of it in rounds whose attacker and critic do not learn.
OF_OTHER_ROLES = (Stage.ASSESS, Stage.COACH, Stage.TRIAL, Stage.REPLY, Stage.SETTLE)
# What only rounds have whose attacker puts errors into answers.
OF_TAMPERING = (Stage.TAMPER,)
# What only rounds have that let the learner write answers anew.
OF_REFINING = (Stage.REFINE, Stage.REREAD)
# What only rounds have whose answers are cross-examined. Nothing waits for it for long: it is left out.
OF_CROSSING = (Stage.EXAMINE, Stage.TESTIFY, Stage.CONFRONT)


class RoundQuerySet(QuerySet["Round"]):
    def open(self) -> "RoundQuerySet":
        return self.filter(finished_at__isnull=True)

    def going_on(self) -> "RoundQuerySet":
        """Open ones of campaigns that are not paused."""
        return self.open().filter(at_work("campaign__"))

    def doable(self) -> "RoundQuerySet":
        """Those going on in which this process's code may take part: none that newer code began."""
        return self.going_on().filter(least_code__lte=code_version())


class Round(models.Model):
    """A frozen plan and how far it has come. Its effects are rows; this says only where it stands."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.ATTACK)
    plan = models.JSONField(
        help_text="Frozen at the start: slots, sampling, routing, training, prompts' hashes."
    )
    seed = models.BigIntegerField()
    attacker = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    learner = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    critic = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    candidate = models.ForeignKey(
        ModelVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Trained elsewhere: the round does nothing but put it before the gate.",
    )
    review_closed_at = models.DateTimeField(
        null=True, help_text="Set when an admin goes on with what people have judged so far."
    )
    outcome = models.TextField(blank=True, help_text="How it ended, in words.")
    cancelled_in = models.CharField(
        max_length=10, choices=Stage.choices, blank=True, help_text="Where it stood when cancelled."
    )
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    least_code = models.PositiveIntegerField(
        default=0,
        help_text="The version of the code that froze it: workers of older code pass it by.",
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="round_number_once"),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(finished_at__isnull=True),
                name="one_open_round_per_campaign",
            ),
            models.CheckConstraint(
                condition=Q(stage="done", finished_at__isnull=False)
                | (~Q(stage="done") & Q(finished_at__isnull=True)),
                name="round_done_is_finished",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_in="", cancelled_by__isnull=True)
                | (
                    ~Q(cancelled_in="")
                    & ~Q(outcome="")
                    & Q(stage="done", cancelled_by__isnull=False)
                ),
                name="cancelled_round_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} round {self.number}"

    @property
    def training_run(self) -> "TrainingRun":
        """The learner's. Raises TrainingRun.DoesNotExist before there is one."""
        run: TrainingRun = _of_learner(self.training_runs)
        return run

    @property
    def evaluation(self) -> "Evaluation":
        """The learner's. Raises Evaluation.DoesNotExist before there is one."""
        evaluation: Evaluation = _of_learner(self.evaluations)
        return evaluation

    @property
    def reached(self) -> Stage:
        """The stage that it stands at, or stood at when it was cancelled."""
        return Stage(self.cancelled_in or self.stage)


def _of_learner(rows: "RelatedManager[Any]") -> Any:
    """Return the learner's of a round's few rows, from those that were fetched already, if any."""
    found = next((row for row in rows.all() if row.role == Role.LEARNER), None)
    if found is None:
        raise rows.model.DoesNotExist("there is none of the learner")
    return found


class RoundChange(models.Model):
    """A role of a round under way was given to another version. Append-only: the plan stays as it was.

    Without a version: the round goes on without the role, which a learner's never is.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="changes")
    role = models.CharField(max_length=10, choices=Role.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, help_text="Where it stood then.")
    former = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=True) & ~Q(role="learner")
                | Q(version__isnull=False) & ~Q(version=F("former")),
                name="round_change_changes_version",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="round_change_says_why"),
        ]


class UnitState(models.TextChoices):
    PENDING = "pending", "Pending"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


MAX_BACKOFF = timedelta(seconds=300)  # the longest that a unit waits after a failure


class WorkUnitQuerySet(QuerySet["WorkUnit"]):
    def claimable(self) -> "WorkUnitQuerySet":
        return self.filter(WorkUnit.claimable_now())


class WorkUnit(models.Model):
    """One resumable piece of a stage. `token` fences off a worker whose lease ran out.

    `server` is where its models are, where all of them are behind one.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="units")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    index = models.PositiveIntegerField()
    server = models.ForeignKey(ModelServer, models.PROTECT, null=True, related_name="units")
    state = models.CharField(max_length=10, choices=UnitState.choices, default=UnitState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    available_at = models.DateTimeField(default=timezone.now)
    token = models.UUIDField(default=uuid.uuid4)
    lease_expires_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(
        null=True, help_text="When the last attempt ended, well or not."
    )
    finished_at = models.DateTimeField(null=True)

    objects = WorkUnitQuerySet.as_manager()

    class Meta:
        ordering = ["round", "stage", "index"]
        constraints = [
            models.UniqueConstraint(fields=["round", "stage", "index"], name="unit_once"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_expires_at__isnull=False),
                name="running_unit_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at"],
                condition=Q(state__in=["pending", "running"]),
                name="unit_unfinished",
            ),
            models.Index(
                fields=["round", "stage", "index"], condition=~Q(state="done"), name="unit_not_done"
            ),
        ]

    @staticmethod
    def claimable_now() -> Q:
        """What a worker may take now: due and pending, or left by a worker that died.

        What lies further ahead than anything is ever put off was written before the clock was set back.
        Twice as far, since the clocks of several machines do not agree to the second.
        """
        now = timezone.now()
        no_pause = now + 2 * MAX_BACKOFF
        no_lease = now + 2 * timedelta(seconds=settings.UNIT_LEASE_SECONDS)
        return Q(state=UnitState.PENDING) & (
            Q(available_at__lte=now) | Q(available_at__gt=no_pause)
        ) | Q(state=UnitState.RUNNING) & (
            Q(lease_expires_at__lt=now) | Q(lease_expires_at__gt=no_lease)
        )


class TokenUse(models.Model):
    """What a unit's answers of one version cost in tokens; added with the unit, each time it is done.

    `untold` are answers of which nothing is known: their server does not say.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="token_uses")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    index = models.PositiveIntegerField()
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    answers = models.PositiveIntegerField()
    untold = models.PositiveIntegerField()
    prompt_tokens = models.PositiveBigIntegerField()
    completion_tokens = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "stage", "index", "version"], name="tokens_of_a_unit_once"
            )
        ]


class ModelAnswer(models.Model):
    """What a served model answered to one request of a unit, kept until the unit is written.

    Who takes the unit up after a worker that died asks only for what is missing. `key` is the sha256
    of the version, the prompt, the sampling and which of several answers it is.
    """

    key = models.CharField(max_length=64, primary_key=True)
    unit = models.ForeignKey(WorkUnit, models.CASCADE, related_name="answers")
    generation = models.BinaryField(help_text="As `models_srv.generations` writes it.")
    created_at = models.DateTimeField(auto_now_add=True)


class ScheduledUpdate(models.Model):
    """One due update: the round that it started, or why it was skipped."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="scheduled_updates")
    due_at = models.DateTimeField()
    round = models.OneToOneField(Round, models.PROTECT, null=True, related_name="scheduled_update")
    reason = models.TextField(help_text="Why it was started or skipped, in words.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "due_at"], name="due_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="scheduled_update_says_why"),
        ]


class Worker(models.Model):
    """A worker process that says now and then that it is there; `name` is the one Celery knows it by."""

    name = models.CharField(max_length=200, unique=True)
    queues = models.JSONField(default=list)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    code = models.PositiveIntegerField(help_text="The version of its code.")
    memory_bytes = models.PositiveBigIntegerField(
        help_text="Of it and of the processes it started."
    )
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
