"""Cross-examination: what an answer claims is asked for again, and what comes back is held against it.

Three records, since three may speak: who asks, who answers, who compares. None of them ever changes.
"""

from django.db import models
from django.db.models import Q

from oversight.models.loop import Round
from oversight.models.outputs import Response
from oversight.models.versions import ModelVersion

BY_A_VERSION_OR_A_DOMAIN = Q(version__isnull=False, domain="") | Q(version__isnull=True) & ~Q(
    domain=""
)


class CrossQuestion(models.Model):
    """A question to which a response has given the answer already: its `claim`.

    Asked by the examiner (`version`) or by the campaign's `domain`. Where an examiner's output has no
    question that can be read the row keeps that output, and asks nothing.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="cross_questions")
    response = models.ForeignKey(Response, models.PROTECT, related_name="cross_questions")
    number = models.PositiveSmallIntegerField()
    claim = models.TextField(blank=True)
    text = models.TextField(blank=True)
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    domain = models.CharField(max_length=30, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    sampling = models.JSONField(default=dict, blank=True)
    raw_text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="cross_question_once"),
            models.CheckConstraint(
                condition=BY_A_VERSION_OR_A_DOMAIN, name="cross_question_has_one_source"
            ),
        ]


class CrossAnswer(models.Model):
    """What the learner answered to it, in a conversation of its own."""

    question = models.OneToOneField(CrossQuestion, models.PROTECT, related_name="answer")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    reasoning = models.TextField(
        blank=True, help_text="What the model wrote before its answer. Never shown."
    )
    sampling = models.JSONField(default=dict, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    logprob = models.FloatField(null=True, help_text="As a response's.")
    tokens = models.PositiveIntegerField(null=True)
    finish_reason = models.CharField(max_length=10, blank=True)
    latency_ms = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)


class CrossOutcome(models.TextChoices):
    CONTRADICTS = "contradicts", "Contradicts it"
    AGREES = "agrees", "Says the same"
    UNCLEAR = "unclear", "Cannot be told"


class CrossVerdict(models.Model):
    """Whether that answer contradicts the claim. NULL: the examiner's output did not parse."""

    answer = models.OneToOneField(CrossAnswer, models.PROTECT, related_name="verdict")
    outcome = models.CharField(  # noqa: DJ001 -- NULL: the output did not parse
        max_length=12, choices=CrossOutcome.choices, null=True, blank=True
    )
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    domain = models.CharField(max_length=30, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    sampling = models.JSONField(default=dict, blank=True)
    raw_text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=BY_A_VERSION_OR_A_DOMAIN, name="cross_verdict_has_one_source"
            ),
            models.CheckConstraint(
                condition=Q(outcome__isnull=True) | Q(outcome__in=CrossOutcome.values),
                name="cross_verdict_known",
            ),
        ]
