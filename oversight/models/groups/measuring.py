"""What tells whether critiques help, and how people do."""

from django.db import models
from django.db.models import F, Q

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import TamperedBy

from .base import SettingsGroup


class MeasuringSettings(SettingsGroup):
    """What tells whether critiques help, and how people do."""

    key = "measuring"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="measuring"
    )
    hidden_share = models.FloatField(
        default=0.0,
        help_text="Share of items judged without the critique.",
        validators=bounded("hidden_share"),
    )
    blind_first_share = models.FloatField(
        default=0.0,
        help_text="Share of items answered once before the critique is shown, and again after.",
        validators=bounded("blind_first_share"),
    )
    evidence_share = models.FloatField(
        default=0.0,
        db_default=0.0,
        help_text="Share of items in which only the places that the critique quotes are marked: not "
        "its verdict, nor what it says of them.",
        validators=bounded("evidence_share"),
    )
    gold_items = models.PositiveSmallIntegerField(
        default=0,
        help_text="Each round: a right response against a wrong one, to see how people do.",
        validators=bounded("gold_items"),
    )
    tampered_items = models.PositiveSmallIntegerField(
        default=0,
        help_text="Each round: a right response against itself with an error put in.",
        validators=bounded("tampered_items"),
    )
    tampered_by = models.CharField(
        max_length=10,
        choices=TamperedBy.choices,
        default=TamperedBy.DOMAIN,
        db_default=TamperedBy.DOMAIN,
        help_text="Who puts the errors into tampered items. The attacker is asked for errors that are "
        "hard to see, and those are used that the checker calls wrong; critics that miss one learn it in "
        "the attacker's words. Where it cannot be asked, the domain makes its own changes.",
    )
    rating_items = models.PositiveSmallIntegerField(
        default=0,
        help_text="Each round: responses whose critiques people rate side by side, blind.",
        validators=bounded("rating_items"),
    )

    class Meta:
        constraints = [
            *bound_constraints(
                "hidden_share",
                "blind_first_share",
                "evidence_share",
                "gold_items",
                "tampered_items",
                "rating_items",
            ),
            models.CheckConstraint(
                condition=Q(
                    hidden_share__gte=0,
                    blind_first_share__gte=0,
                    evidence_share__gte=0,
                    # A hair more than 1: .2 and .8 are a little more in floating point.
                    hidden_share__lte=1.000001 - F("blind_first_share") - F("evidence_share"),
                ),
                name="campaign_arm_shares",
            ),
        ]
