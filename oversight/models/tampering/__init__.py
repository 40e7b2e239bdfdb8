"""What came of asking a model to put an error into an answer."""

from django.db import models
from django.db.models import Q

from oversight.models.loop import Round
from oversight.models.outputs import Response
from oversight.models.versions import ModelVersion


class TamperOutcome(models.TextChoices):
    """`USED` alone became a response; the others say why not."""

    USED = "used", "Used"
    SPARE = "spare", "Good, and not needed"
    UNREADABLE = "unreadable", "Could not be read"
    UNCHANGED = "unchanged", "Nothing was changed"
    REWRITTEN = "rewritten", "More than half was written anew"
    RIGHT = "right", "Right still, as the checker says"
    UNTOLD = "untold", "The checker cannot tell whether it is wrong"


class TamperTry(models.Model):
    """A model was asked to put an error into a `response`: what it wrote, and what became of that."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="tamper_tries")
    response = models.ForeignKey(Response, models.PROTECT, related_name="tamper_tries")
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=TamperOutcome.choices)
    raw_text = models.TextField(blank=True)
    sampling = models.JSONField(default=dict, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "version"], name="tamper_try_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=TamperOutcome.values), name="tamper_outcome_known"
            ),
        ]
