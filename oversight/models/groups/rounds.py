"""How many queries a round has, and how the learner answers them."""

from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import QueryWriting

from .base import SettingsGroup


class RoundSettings(SettingsGroup):
    """How many queries a round has, and how the learner answers them."""

    key = "rounds"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="each_round"
    )
    queries_per_round = models.PositiveIntegerField(
        default=100, validators=bounded("queries_per_round")
    )
    pool_share = models.FloatField(
        default=0.5,
        help_text="Share of each round's queries that is taken from those that were imported, posted or "
        "kept by people and not used yet, as far as there are some; the attacker writes the rest. "
        "With 1 the attacker writes none.",
        validators=bounded("pool_share"),
    )
    query_writing = models.CharField(
        max_length=12,
        choices=QueryWriting.choices,
        default=QueryWriting.NEAR,
        db_default=QueryWriting.NEAR,
        help_text="With AutoDetect the attacker is shown questions of a kind and how they went, most of "
        "them failures, and proposes new kinds of weakness at a round's end, which people accept or do "
        "not. A starter attacker writes near a failure instead, and proposes nothing.",
    )
    follow_up_share = models.FloatField(
        default=0.0,
        db_default=0.0,
        help_text="For this share of the queries that the attacker writes it goes on with a conversation "
        "of an earlier round: it reads what the learner answered, and asks deeper. It takes an attacker "
        "that follows instructions: the starter does not. Checkers cannot tell what is right in such "
        "conversations; people can.",
        validators=bounded("follow_up_share"),
    )
    samples_per_query = models.PositiveSmallIntegerField(
        default=4, validators=bounded("samples_per_query")
    )
    temperature = models.FloatField(default=1.0, validators=bounded("temperature"))
    max_tokens = models.PositiveIntegerField(default=256, validators=bounded("max_tokens"))
    refine_share = models.FloatField(
        default=0.0,
        db_default=0.0,
        help_text="For this share of the round's queries the learner writes anew the answer that the "
        "critic finds most flawed, with the critique in hand. What is judged is the new answer against "
        "the old one, in place of the best answer against the worst. It takes a learner that mends an "
        "answer when it is told what is wrong: of the starters starter-reviser does.",
        validators=bounded("refine_share"),
    )
    cross_share = models.FloatField(
        default=0.0,
        db_default=0.0,
        help_text="For this share of the round's queries the learner's answers are cross-examined: what "
        "each claims is asked for again in other words, and people see with the critique where the "
        "learner then said something else. The domain asks, where it knows how; else the critic, where "
        "it follows instructions: starter critics do not.",
        validators=bounded("cross_share"),
    )
    cost_budget = models.FloatField(
        default=0,
        help_text="What a round's models may cost, in the currency of their prices: then it asks no "
        "more until this is raised. Counts models whose prices are given. 0: no end.",
        validators=bounded("cost_budget"),
    )

    class Meta:
        constraints = bound_constraints(
            "queries_per_round",
            "pool_share",
            "follow_up_share",
            "samples_per_query",
            "temperature",
            "max_tokens",
            "refine_share",
            "cross_share",
            "cost_budget",
        )
