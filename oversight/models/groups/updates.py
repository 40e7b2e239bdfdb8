"""When the learner is updated besides at the end of each round, and which other models are."""

from datetime import time

from django.db import models

from oversight.models.bounds import bound_constraints, bounded
from oversight.models.campaign_choices import CriticLearning, Schedule

from .base import SettingsGroup


class UpdateSettings(SettingsGroup):
    """When the learner is updated besides at the end of each round, and which other models are."""

    key = "updates"
    campaign = models.OneToOneField(
        "oversight.Campaign", models.CASCADE, primary_key=True, related_name="updates"
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

    critic_learning = models.CharField(
        max_length=10,
        choices=CriticLearning.choices,
        default=CriticLearning.OFF,
        db_default=CriticLearning.OFF,
        help_text="At the end of each round it is trained on verdicts and on errors that were put in. "
        "Its new version goes to work only where it errs less on held-out answers, which takes a "
        "checker.",
    )
    critic_revisions = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Where answers are written anew (Each round), each of several critiques of an answer "
        "is tried, and that by which the learner's new answer is better, as the checker says, is "
        "preferred. It takes a critic that learns and writes two critiques or more of each answer "
        "(Routing).",
    )
    attacker_learning = models.BooleanField(
        default=False,
        db_default=False,
        help_text="At the end of each round it is trained on its own questions: those at which the "
        "learner failed, by people's or the checker's word, are preferred. It then writes two questions "
        "from each start. Its new version goes to work only where it finds more failures near held-out "
        "queries, which takes a checker.",
    )

    class Meta:
        constraints = bound_constraints("schedule_preferences", "schedule_hours")
