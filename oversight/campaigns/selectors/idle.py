"""Settings that are on and do nothing yet: what else they take, and where it is set."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from oversight.models import ActiveVersion, Campaign, CriticLearning, Role

NEVER_REVISED = "starter:learner"  # it never saw a second turn (ADR 0076)


@dataclass(frozen=True)
class Idle:
    """`sentence` says what is missing; `title` and `address` name the page where it is set."""

    sentence: str
    title: str
    address: str


def idle_settings(campaign: Campaign, key: str) -> list[Idle]:
    """Return what the settings of a group wait for."""
    if key == "updates" and campaign.updates.critic_revisions:
        return list(_of_revisions(campaign))
    if key == "rounds" and campaign.each_round.refine_share:
        return list(_of_answers_anew(campaign))
    return []


def _of_revisions(campaign: Campaign) -> Iterator[Idle]:
    """Critics learn by revisions too (ADR 0073)."""
    said = "The critic learns nothing by revisions yet: "
    if campaign.updates.critic_learning == CriticLearning.OFF:
        yield _set_in(campaign, "updates", "Updates", f"{said}it does not learn at all.")
    if not campaign.each_round.refine_share:
        yield _set_in(campaign, "rounds", "Each round", f"{said}no answers are written anew.")
    if campaign.routing.critic_samples < 2:
        why = f"{said}it writes one critique of each answer, and it takes two."
        yield _set_in(campaign, "routing", "Routing", why)
    yield from _of_answers_anew(campaign)


def _of_answers_anew(campaign: Campaign) -> Iterator[Idle]:
    at_work = ActiveVersion.objects.filter(campaign=campaign)
    models = reverse("campaign-models", args=[campaign.slug])
    if at_work.filter(role=Role.LEARNER, version__location=NEVER_REVISED).exists():
        yield Idle(
            "Few answers get better when this learner writes them anew: it was never shown how. "
            "Of the starter models the reviser was.",
            "Models",
            models,
        )
    if not at_work.filter(role=Role.CRITIC).exists():
        yield Idle("No answers are written anew: there is no critic at work.", "Models", models)


def _set_in(campaign: Campaign, key: str, title: str, sentence: str) -> Idle:
    return Idle(
        sentence, f"Settings, {title}", reverse("settings-group", args=[campaign.slug, key])
    )
