"""A campaign, its constitution and its people."""

import secrets
from datetime import time

from django.db import models
from django.db.models import F, Q, QuerySet

from .bounds import bounded, campaign_constraints
from .campaign_choices import (
    AcceptanceMode,
    Checker,
    Harm,
    Loss,
    Method,
    Reference,
    Schedule,
    usual_ask_rules,
)
from .users import User


class CampaignQuerySet(QuerySet["Campaign"]):
    def visible_to(self, user: User) -> "CampaignQuerySet":
        """Campaigns that the person may open: all for superusers, else those they are a member of."""
        if user.is_superuser:
            return self
        return self.filter(members__user=user).distinct()


class Campaign(models.Model):
    """One oversight effort: what is asked of whom, by which rules."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    guidelines = models.TextField(blank=True, help_text="What annotators and the critic go by.")
    learner_instructions = models.TextField(blank=True)
    attacker_instructions = models.TextField(blank=True)
    taxonomy = models.JSONField(
        default=list, blank=True, help_text="Kinds of query that the attacker aims at."
    )
    checker = models.CharField(max_length=30, choices=Checker.choices, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    pseudonym_secret = models.CharField(
        max_length=64,
        default=secrets.token_hex,
        editable=False,
        help_text="What people's names in exports are keyed with. Never shown.",
    )

    queries_per_round = models.PositiveIntegerField(
        default=100, validators=bounded("queries_per_round")
    )
    pool_share = models.FloatField(
        default=0.5,
        help_text="Share of each round's queries that is taken from those that were imported, posted or "
        "kept by people and not used yet, as far as there are some; the attacker writes the rest.",
        validators=bounded("pool_share"),
    )
    samples_per_query = models.PositiveSmallIntegerField(
        default=4, validators=bounded("samples_per_query")
    )
    temperature = models.FloatField(default=1.0, validators=bounded("temperature"))
    max_tokens = models.PositiveIntegerField(default=256, validators=bounded("max_tokens"))

    audit_share = models.FloatField(
        default=0.1,
        help_text="Share of pairs that reach a person regardless.",
        validators=bounded("audit_share"),
    )
    confidence_threshold = models.FloatField(
        default=0.9,
        help_text="AI feedback is accepted without a person at this confidence or above.",
        validators=bounded("confidence_threshold"),
    )
    acceptance = models.CharField(
        max_length=10, choices=AcceptanceMode.choices, default=AcceptanceMode.FIXED
    )
    acceptance_alpha = models.FloatField(
        default=0.1,
        help_text="Calibrated: at most this share of what is accepted is wrong …",
        validators=bounded("acceptance_alpha"),
    )
    acceptance_delta = models.FloatField(
        default=0.1, help_text="… but for this probability.", validators=bounded("acceptance_delta")
    )
    always_ask = models.JSONField(
        default=usual_ask_rules,
        blank=True,
        help_text="What sends a pair to a person whatever the critic's confidence.",
    )
    critic_samples = models.PositiveSmallIntegerField(
        default=1,
        help_text="Critiques of each response; their mean is the critic's probability.",
        validators=bounded("critic_samples"),
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
    annotators_per_item = models.PositiveSmallIntegerField(
        default=1, validators=bounded("annotators_per_item")
    )
    lease_minutes = models.PositiveIntegerField(default=30, validators=bounded("lease_minutes"))
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
    is_rationale_required = models.BooleanField(
        default=False, help_text="Nobody submits a preference without saying why."
    )
    is_result_shown = models.BooleanField(
        default=False, help_text="After an item whose answer is known, say how the person did."
    )

    is_adjudicated = models.BooleanField(
        default=False,
        help_text="Where those who judged an item are level, somebody else decides.",
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
    rating_items = models.PositiveSmallIntegerField(
        default=0,
        help_text="Each round: responses whose critiques people rate side by side, blind.",
        validators=bounded("rating_items"),
    )

    undo_minutes = models.PositiveIntegerField(
        default=5,
        help_text="So long a person may take back what they submitted last.",
        validators=bounded("undo_minutes"),
    )
    content_warning = models.TextField(
        blank=True, help_text="Nobody is shown an item before they have agreed to this."
    )
    harm_by_category = models.JSONField(
        default=dict,
        blank=True,
        help_text="Kinds of query that are hard to bear: mild, moderate, severe.",
    )
    exposure_budget = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Most items of such kinds for one person a day.",
        validators=bounded("exposure_budget"),
    )
    break_minutes = models.PositiveIntegerField(
        default=0,
        help_text="After so much active work a break is due. 0: never.",
        validators=bounded("break_minutes"),
    )
    qualification_items = models.PositiveIntegerField(
        default=0,
        help_text="Gold items to be judged first, with feedback. 0: none.",
        validators=bounded("qualification_items"),
    )
    qualification_share = models.FloatField(
        default=0.8,
        help_text="Share of them to be right about.",
        validators=bounded("qualification_share"),
    )
    is_red_teaming_open = models.BooleanField(
        default=False, help_text="People may talk with the learner and keep what it failed at."
    )

    loss = models.CharField(max_length=20, choices=Loss.choices, default=Loss.SFT)
    method = models.CharField(max_length=10, choices=Method.choices, default=Method.FULL)
    beta = models.FloatField(default=0.1, validators=bounded("beta"))
    learning_rate = models.FloatField(default=1e-4, validators=bounded("learning_rate"))
    epochs = models.FloatField(default=3, validators=bounded("epochs"))
    batch_size = models.PositiveIntegerField(default=16, validators=bounded("batch_size"))
    min_preferences = models.PositiveIntegerField(
        default=20,
        help_text="With fewer, the update is skipped.",
        validators=bounded("min_preferences"),
    )
    reference = models.CharField(max_length=10, choices=Reference.choices, default=Reference.PARENT)
    patience = models.PositiveSmallIntegerField(
        default=0,
        help_text="Stop once the margin on held-back pairs has not risen so many times. 0: never.",
        validators=bounded("patience"),
    )
    uses_reward_model = models.BooleanField(
        default=True,
        help_text="Before an update, train a model on people's labels alone. Which answer it finds "
        "likelier corrects the critic's labels; it takes about as long as the update.",
    )

    gate_items = models.PositiveIntegerField(
        default=0,
        help_text="Held-out queries on which people compare the candidate with the version at work "
        "before the gate decides. From 20 on it goes by their word. 0: none.",
        validators=bounded("gate_items"),
    )

    schedule = models.CharField(max_length=12, choices=Schedule.choices, default=Schedule.BY_HAND)
    schedule_preferences = models.PositiveIntegerField(
        default=100, validators=bounded("schedule_preferences")
    )
    schedule_at = models.TimeField(default=time(3, 0))
    schedule_hours = models.PositiveIntegerField(default=24, validators=bounded("schedule_hours"))
    schedule_set_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the schedule was last changed."
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            *campaign_constraints(),
            models.CheckConstraint(
                condition=Q(
                    hidden_share__gte=0,
                    blind_first_share__gte=0,
                    # A hair more than 1: .2 and .8 are a little more in floating point.
                    hidden_share__lte=1.000001 - F("blind_first_share"),
                ),
                name="campaign_arm_shares",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def harm_words(self, category: str) -> str:
        """Return the category's tag in words, empty where it has none."""
        tag = self.harm_by_category.get(category, "")
        return str(Harm(tag).label) if tag in Harm.values else ""


class MemberRole(models.TextChoices):
    """What a member is. What each may do: people/policies/permissions.py."""

    OWNER = "owner", "Owner"
    MANAGER = "manager", "Manager"
    REVIEWER = "reviewer", "Reviewer"
    ANNOTATOR = "annotator", "Annotator"
    ENGINEER = "engineer", "Engineer"
    OBSERVER = "observer", "Observer"


class CampaignMember(models.Model):
    """What one person may do in one campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    paused_at = models.DateTimeField(
        null=True, blank=True, help_text="Given no new items since; the same in all their roles."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user", "role"], name="one_role_once")
        ]


class Principle(models.Model):
    """One versioned rule of the campaign's constitution; comments may cite it by number."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="principles")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    text = models.TextField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number", "version"], name="principle_version_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "number"],
                condition=Q(retired_at__isnull=True),
                name="one_current_version_per_principle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"
