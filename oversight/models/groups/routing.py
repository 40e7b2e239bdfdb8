"""Which pairs reach a person."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import AcceptanceMode, usual_ask_rules

from .base import SettingsGroup


class RoutingSettings(SettingsGroup):
    """Which pairs reach a person."""

    key = "routing"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="routing"
    )
    audit_share = models.FloatField(
        default=0.1,
        help_text="Share of pairs that reach a person regardless.",
        validators=bounded("audit_share"),
    )
    acceptance = models.CharField(
        max_length=10, choices=AcceptanceMode.choices, default=AcceptanceMode.FIXED
    )
    confidence_threshold = models.FloatField(
        default=0.9,
        help_text="AI feedback is accepted without a person at this confidence or above.",
        validators=bounded("confidence_threshold"),
    )
    acceptance_alpha = models.FloatField(
        default=0.1,
        help_text="Calibrated: at most this share of what is accepted is wrong …",
        validators=bounded("acceptance_alpha"),
    )
    acceptance_delta = models.FloatField(
        default=0.1, help_text="… but for this probability.", validators=bounded("acceptance_delta")
    )
    critic_samples = models.PositiveSmallIntegerField(
        default=1,
        help_text="Critiques of each response; their mean is the critic's probability.",
        validators=bounded("critic_samples"),
    )
    critic_search = models.FloatField(
        null=True,
        blank=True,
        help_text="What one more comment is worth (λ), where the critic searches: each line of an "
        "answer is tried as a quote, and of all critiques the one is shown whose log-likelihood + λ · "
        "comments is greatest. More: more errors found, and more made up. Empty: it does not search. "
        "It takes several times as long, and is done by critics that the workers load themselves.",
        validators=bounded("critic_search"),
    )
    human_budget = models.PositiveIntegerField(
        default=60,
        help_text="Items for people per round; random audits are never cut.",
        validators=bounded("human_budget"),
    )
    human_minutes = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Minutes of people per round, where they are the tighter bound.",
        validators=bounded("human_minutes"),
    )
    always_ask = models.JSONField(
        default=usual_ask_rules,
        blank=True,
        help_text="What sends a pair to a person whatever the critic's confidence.",
    )
    asks_contradicted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Of the pairs that want a person, those come sooner where the learner finds the answer "
        "likelier that the critic calls worse: there the critic errs more often, so that more of its "
        "errors are mended. Random audits are drawn as before. It counts where more pairs want a person "
        "than the budget allows, and takes a learner that gives probabilities.",
    )

    class Meta:
        constraints = bound_constraints(
            "audit_share",
            "confidence_threshold",
            "acceptance_alpha",
            "acceptance_delta",
            "critic_samples",
            "critic_search",
            "human_budget",
            "human_minutes",
        )
