"""What people bear: consent, categories left out, breaks, and how they like to work."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from oversight.models import Campaign


class Consent(models.Model):
    """A person has read a campaign's content warning in these words, and goes on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    warning_sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "campaign", "warning_sha256"], name="one_consent_per_warning"
            )
        ]


class OptOut(models.Model):
    """Queries of this category are never offered to this person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="opt_outs")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    category = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "campaign", "category"], name="one_opt_out_per_category"
            )
        ]


class Break(models.Model):
    """A rest that was taken, or put off once: nothing is offered before `ends_at`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="breaks")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    begins_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    is_put_off = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["user", "campaign", "begins_at"], name="break_latest")]


class BlurFrom(models.TextChoices):
    """What is blurred until it is clicked."""

    MILD = "mild", "Everything tagged"
    MODERATE = "moderate", "Moderate and severe"
    SEVERE = "severe", "Severe only"
    NEVER = "never", "Nothing"


class AnnotatorSettings(models.Model):
    """One person's own: keys by action (only those that they changed), and what is blurred."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="annotator_settings",
    )
    keys = models.JSONField(default=dict)
    blur_from = models.CharField(max_length=10, choices=BlurFrom.choices, default=BlurFrom.MILD)
