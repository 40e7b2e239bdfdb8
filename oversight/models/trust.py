"""How far a source of feedback can be believed, and what that was measured on."""

from django.db import models
from django.db.models import Q

from .campaign_choices import AcceptanceMode
from .campaigns import Campaign
from .feedback import Source
from .loop import Round
from .versions import ModelVersion


class SourceReliability(models.Model):
    """One source's confusion with people, as measured when a round's feedback was collected.

    `p_w` and `p_l` are means over the pairs that the source judged; each preference has its own.
    `strata`: [{name, pairs, audited, p_w, p_l, low, high}], with a 95 % interval of the agreement;
    of people [{person, p_w, low, high, answers}].
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reliabilities")
    round = models.ForeignKey(Round, models.PROTECT, related_name="reliabilities")
    source = models.CharField(max_length=10, choices=Source.choices)
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    judged_by = models.CharField(
        max_length=10, choices=Source.choices, help_text="Whose answers it was compared with."
    )
    method = models.CharField(max_length=20, help_text="beta, model, reward or repeats.")
    pairs = models.PositiveIntegerField(help_text="Pairs that the source judged.")
    audited = models.PositiveIntegerField(help_text="Those of them that tell right from wrong.")
    p_w = models.FloatField()
    p_l = models.FloatField()
    strata = models.JSONField(default=list)
    coefficients = models.JSONField(default=dict)
    calibration = models.JSONField(default=dict, help_text="ECE and Brier score with intervals.")
    population = models.JSONField(
        default=dict, help_text="Agreement over all pairs, answers weighted by 1 / propensity."
    )
    drift = models.JSONField(default=dict, help_text="Agreement by round, and the alarm in words.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-round", "source"]
        constraints = [
            models.UniqueConstraint(fields=["round", "source"], name="reliability_once"),
            models.CheckConstraint(
                condition=Q(p_w__range=(0, 1), p_l__range=(0, 1)), name="reliability_range"
            ),
            models.CheckConstraint(
                condition=Q(audited__lte=models.F("pairs")), name="audited_are_judged"
            ),
        ]

    @property
    def has_categories(self) -> bool:
        return any("category: " in stratum.get("name", "") for stratum in self.strata)

    def p_right(self, person_id: int | None) -> float:
        """Return how likely this person is to be right; of one who is not known, anybody's."""
        known = {each["person"]: float(each["p_w"]) for each in self.strata if "person" in each}
        return known.get(person_id, self.p_w) if person_id is not None else self.p_w


class Acceptance(models.Model):
    """The rule by which a round takes the critic's word without a person.

    `threshold` NULL: people take all. Holds for one version of the critic and this campaign.
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="acceptance")
    version = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    mode = models.CharField(max_length=10, choices=AcceptanceMode.choices)
    policy_version = models.CharField(max_length=30)
    threshold = models.FloatField(null=True)
    alpha = models.FloatField(null=True)
    delta = models.FloatField(null=True)
    pairs = models.PositiveIntegerField(
        default=0, help_text="Random pairs that the rule was fitted on."
    )
    accepted = models.PositiveIntegerField(
        default=0, help_text="Those of them that it would have accepted."
    )
    errors = models.PositiveIntegerField(default=0)
    error_upper_bound = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    calibrator = models.CharField(max_length=20, blank=True, help_text="platt, isotonic or none.")
    alarm = models.TextField(blank=True, help_text="Why no confidence is enough, in words.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__range=(0, 1)),
                name="acceptance_threshold",
            ),
            models.CheckConstraint(
                condition=Q(errors__lte=models.F("accepted"), accepted__lte=models.F("pairs")),
                name="acceptance_counts",
            ),
        ]
