"""What goes with a judgement: ratings of responses, labels of steps, ratings of critiques."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .asking import ReviewItem
from .feedback import Choice, Judgement
from .outputs import Critique, Response, SeverityLevel

ONE_TO_SEVEN = range(1, 8)


class BlindAnswer(models.Model):
    """What a person answered before the critique was shown (arm `blind_first`). Append-only.

    It decides nothing: the judgement of the same person and item is the final answer. The two
    together say what the critique changed.
    """

    item = models.ForeignKey(ReviewItem, models.PROTECT, related_name="blind_answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="blind_answers")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    strength = models.PositiveSmallIntegerField(null=True)
    rationale = models.TextField(blank=True)
    order_shown = models.CharField(max_length=4)
    seconds = models.FloatField(null=True, help_text="Active time until this answer.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="one_blind_answer"),
        ]


class WorstFlaw(models.TextChoices):
    """The severity of a response's worst true flaw."""

    NONE = "none", "No flaw"
    NITPICK = SeverityLevel.NITPICK.value, "Nitpick"
    MINOR = SeverityLevel.MINOR.value, "Minor"
    MAJOR = SeverityLevel.MAJOR.value, "Major"
    CRITICAL = SeverityLevel.CRITICAL.value, "Critical"


class ResponseRating(models.Model):
    """How good one response is by itself. Append-only."""

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="response_ratings")
    response = models.ForeignKey(Response, models.PROTECT, related_name="ratings")
    worst_flaw = models.CharField(max_length=10, choices=WorstFlaw.choices, blank=True)
    overall = models.PositiveSmallIntegerField(null=True, help_text="1 (worst) to 7 (best).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judgement", "response"], name="response_rated_once"),
            models.CheckConstraint(
                condition=~Q(worst_flaw="") | Q(overall__isnull=False), name="rating_says_something"
            ),
            models.CheckConstraint(
                condition=Q(overall__isnull=True) | Q(overall__range=(1, 7)),
                name="response_rating_range",
            ),
        ]


class StepLabel(models.Model):
    """One step of a response: good (1), neutral (0) or bad (-1), as in PRM800K. Append-only.

    Labels end with the first bad step: what follows from an error is not judged.
    (Lightman et al., *Let's Verify Step by Step*, 2023.)
    """

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="step_labels")
    response = models.ForeignKey(Response, models.PROTECT, related_name="step_labels")
    position = models.PositiveIntegerField()
    start = models.PositiveIntegerField(help_text="In characters of the response.")
    end = models.PositiveIntegerField()
    label = models.SmallIntegerField()

    class Meta:
        ordering = ["judgement", "position"]
        constraints = [
            models.UniqueConstraint(fields=["judgement", "position"], name="step_labelled_once"),
            models.CheckConstraint(condition=Q(label__range=(-1, 1)), name="step_label_known"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="step_not_empty"),
        ]


class CritiqueRating(models.Model):
    """One critique rated 1 (not at all) to 7 (fully) on CriticGPT's Table 2. Append-only.

    A trigger refuses the rating of a critique by its own author.
    (McAleese et al., *LLM Critics Help Catch LLM Bugs*, 2024.)
    """

    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="critique_ratings")
    critique = models.ForeignKey(Critique, models.PROTECT, related_name="ratings")
    points_out_problem = models.PositiveSmallIntegerField()
    misses_severe = models.PositiveSmallIntegerField()
    has_nitpick = models.PositiveSmallIntegerField()
    has_fake = models.PositiveSmallIntegerField()
    concise = models.PositiveSmallIntegerField()
    overall = models.PositiveSmallIntegerField(help_text="Against the others shown.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judgement", "critique"], name="critique_rated_once"),
            models.CheckConstraint(
                condition=Q(
                    points_out_problem__range=(1, 7),
                    misses_severe__range=(1, 7),
                    has_nitpick__range=(1, 7),
                    has_fake__range=(1, 7),
                    concise__range=(1, 7),
                    overall__range=(1, 7),
                ),
                name="critique_rating_range",
            ),
        ]
