"""Model versions and which of them is at work."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from .campaigns import Campaign
from .users import User


class Role(models.TextChoices):
    ATTACKER = "attacker", "Attacker"
    LEARNER = "learner", "Learner"
    CRITIC = "critic", "Critic"


class BackendKind(models.TextChoices):
    TRANSFORMERS = "transformers", "transformers, in process"
    OPENAI = "openai", "OpenAI-compatible server (vLLM)"
    RECORDED = "recorded", "Recorded answers (imported)"


class ModelVersionQuerySet(QuerySet["ModelVersion"]):
    def with_status(self) -> "ModelVersionQuerySet":
        """Annotate `status`: active, retired (was active once), trying, refused or candidate."""
        mine = OuterRef("pk")
        trials = Trial.objects.filter(version=mine)
        return self.annotate(
            status=Case(
                When(Exists(ActiveVersion.objects.filter(version=mine)), then=Value("active")),
                When(Exists(Promotion.objects.filter(version=mine)), then=Value("retired")),
                When(Exists(trials.filter(state=TrialState.WAITING)), then=Value("trying")),
                When(Exists(trials.filter(state=TrialState.FAILED)), then=Value("refused")),
                default=Value("candidate"),
            )
        )


class ModelVersion(models.Model):
    """One model in one role: where it is, what it came from. Called `name@revision`."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="versions")
    role = models.CharField(max_length=10, choices=Role.choices)
    name = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=0)
    backend = models.CharField(max_length=20, choices=BackendKind.choices)
    location = models.CharField(
        max_length=500, blank=True, help_text="A folder or hub id, or a base URL ending in /v1."
    )
    served_name = models.CharField(
        max_length=200, blank=True, help_text="The model's name on its server."
    )
    adapter = models.CharField(max_length=500, blank=True)
    api_key_env = models.CharField(
        max_length=100, blank=True, help_text="Name of the environment variable with the key."
    )
    control_key_env = models.CharField(
        max_length=100,
        blank=True,
        help_text="Name of the environment variable with the key that adapters are loaded with.",
    )
    weights = models.CharField(
        max_length=500,
        blank=True,
        help_text="Of a server's model: the folder or hub id of the base that it serves.",
    )
    replicas = models.JSONField(
        default=list, blank=True, help_text="Addresses of other servers that serve the same."
    )
    options = models.JSONField(
        default=dict, blank=True, help_text="How it is asked, where other than usual."
    )
    price_in = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Per million tokens read.",
        validators=[MinValueValidator(0)],
    )
    price_out = models.DecimalField(
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Per million tokens written.",
        validators=[MinValueValidator(0)],
    )
    sha256 = models.CharField(max_length=64, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["role", "name", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "role", "name", "revision"], name="version_once"
            ),
            models.CheckConstraint(
                condition=Q(price_in__isnull=True) | Q(price_in__gte=0), name="price_in_not_below_0"
            ),
            models.CheckConstraint(
                condition=Q(price_out__isnull=True) | Q(price_out__gte=0),
                name="price_out_not_below_0",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}"

    @property
    def addresses(self) -> list[str]:
        """Of a model on servers: every server's address, the one that is asked first."""
        return [self.location, *self.replicas]

    @property
    def is_loaded_by_us(self) -> bool:
        """Whether its servers take it at run time: an adapter whose folder is at hand."""
        return self.backend == BackendKind.OPENAI and bool(self.adapter)

    @property
    def base(self) -> str:
        """The folder or hub id of the weights that it stands on, "" where they are not at hand."""
        return self.weights if self.backend == BackendKind.OPENAI else self.location


class ActiveVersion(models.Model):
    """The version at work for one campaign and role: promotion and rollback change this one row."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="active_versions")
    role = models.CharField(max_length=10, choices=Role.choices)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "role"], name="one_active_version")
        ]


class ServedState(models.TextChoices):
    """Where a version is on its way to its servers."""

    LOADING = "loading", "Being loaded"
    PROVEN = "proven", "Proven to be served"
    FAILED = "failed", "Not served"
    UNLOADED = "unloaded", "Taken off its servers"


class Delivery(models.Model):
    """How a version comes to its servers, and what proves that its own weights answer there.

    `canary` is what the weights say of fixed texts (models_srv.serving.canary); `evidence` what the
    servers said. Where somebody wants the version at work, `asked_by` and `reason` say who and why:
    it is put to work once it is proven.
    """

    version = models.OneToOneField(ModelVersion, models.CASCADE, related_name="delivery")
    state = models.CharField(
        max_length=10, choices=ServedState.choices, default=ServedState.LOADING
    )
    canary = models.JSONField(default=dict)
    evidence = models.JSONField(default=dict)
    outcome = models.TextField(blank=True, help_text="Why it is not served.")
    waits_for = models.TextField(blank=True, help_text="What went wrong when it was last tried.")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    lease_expires_at = models.DateTimeField(null=True, help_text="Until when a worker has it.")
    created_at = models.DateTimeField(auto_now_add=True)
    proven_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True, help_text="When its servers were last looked at.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(outcome=""), name="failed_delivery_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="proven") | Q(proven_at__isnull=False),
                name="proven_delivery_says_when",
            ),
        ]


class TrialState(models.TextChoices):
    WAITING = "waiting", "Being tried"
    PASSED = "passed", "It answered"
    FAILED = "failed", "It did not answer"


class Trial(models.Model):
    """A version that somebody chose is tried by a worker before it is put to work."""

    version = models.OneToOneField(ModelVersion, models.CASCADE, related_name="trial")
    state = models.CharField(max_length=10, choices=TrialState.choices, default=TrialState.WAITING)
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was chosen.")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True, help_text="Why it was not put to work.")
    lease_expires_at = models.DateTimeField(null=True, help_text="Until when a worker has it.")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="trial_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(outcome=""), name="failed_trial_says_why"
            ),
        ]


class ServerState(models.TextChoices):
    ANSWERING = "answering", "It answers"
    RESTING = "resting", "It does not answer"
    SLEEPING = "sleeping", "It sleeps while a model is trained"


class ModelServer(models.Model):
    """An address at which models are asked, as all workers know it.

    While it rests nothing that needs it is taken up. At `next_try` one unit is, by one worker; the
    first answer wakes all that waits. One that sleeps is woken by whoever put it to sleep, or after
    `next_try` by any worker. `refused` are, by model, the parts of a request that it takes
    from nobody.
    """

    location = models.CharField(max_length=500)
    api_key_env = models.CharField(max_length=100, blank=True)
    state = models.CharField(
        max_length=10, choices=ServerState.choices, default=ServerState.ANSWERING
    )
    failures = models.PositiveIntegerField(
        default=0, help_text="Tries in a row that came to nothing."
    )
    last_error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True, help_text="When it last did not answer.")
    next_try = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="About when it last answered.")
    in_flight = models.PositiveIntegerField(
        default=0, help_text="How many requests at a time it was last found to take."
    )
    refused = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "api_key_env"], name="server_once"),
            models.CheckConstraint(
                condition=Q(state="answering", next_try__isnull=True)
                | (
                    Q(state__in=["resting", "sleeping"], next_try__isnull=False) & ~Q(last_error="")
                ),
                name="resting_server_says_why_and_until_when",
            ),
        ]

    def __str__(self) -> str:
        return self.location


class Promotion(models.Model):
    """The history of what was made active, when and why. Append-only.

    Without a version: the role was left empty, which a learner's never is.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="promotions")
    role = models.CharField(max_length=10, choices=Role.choices)
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="promotions")
    previous = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    promoted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(previous__isnull=True) | ~Q(previous=F("version")),
                name="promotion_changes_version",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=False)
                | (Q(previous__isnull=False) & ~Q(role="learner")),
                name="only_what_was_at_work_is_removed",
            ),
        ]
