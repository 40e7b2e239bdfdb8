"""Model versions and which of them is at work."""

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
        """Annotate `status`: active, retired (was active once) or candidate."""
        active = ActiveVersion.objects.filter(version=OuterRef("pk"))
        promoted = Promotion.objects.filter(version=OuterRef("pk"))
        return self.annotate(
            status=Case(
                When(Exists(active), then=Value("active")),
                When(Exists(promoted), then=Value("retired")),
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
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}"


class ActiveVersion(models.Model):
    """The version at work for one campaign and role: promotion and rollback change this one row."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="active_versions")
    role = models.CharField(max_length=10, choices=Role.choices)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "role"], name="one_active_version")
        ]


class Promotion(models.Model):
    """The history of what was made active, when and why. Append-only."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="promotions")
    role = models.CharField(max_length=10, choices=Role.choices)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="promotions")
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
            )
        ]
