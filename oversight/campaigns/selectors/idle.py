"""Settings that are on and do nothing yet: what else they take, and where it is set."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from models_srv.domains.registry import domain_of
from oversight.models import (
    ActiveVersion,
    BackendKind,
    Campaign,
    CriticLearning,
    ModelVersion,
    Role,
)

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
    if domain_of(campaign.basics.checker) is None:
        why = f"{said}no checker says whether an answer became better."
        yield _set_in(campaign, "basics", "What it is", why)
    if campaign.routing.critic_samples < 2:
        why = f"{said}it writes one critique of each answer, and it takes two."
        yield _set_in(campaign, "routing", "Routing", why)
    critic = _at_work(campaign, Role.CRITIC)
    if critic and critic.backend != BackendKind.TRANSFORMERS:
        why = f"{said}it is behind a server, and only one that a worker loads is trained."
        yield _models(campaign, why)
    if campaign.each_round.refine_share:
        yield from _of_answers_anew(campaign)
    else:
        yield _set_in(campaign, "rounds", "Each round", f"{said}no answers are written anew.")


def _of_answers_anew(campaign: Campaign) -> Iterator[Idle]:
    learner = _at_work(campaign, Role.LEARNER)
    if learner and _comes_from(learner, NEVER_REVISED):
        yield _models(
            campaign,
            "Few answers get better when this learner writes them anew: it was never shown how. The "
            "starter-reviser was.",
        )
    if _at_work(campaign, Role.CRITIC) is None:
        yield _models(campaign, "No answers are written anew: there is no critic at work.")


def _at_work(campaign: Campaign, role: Role) -> ModelVersion | None:
    rows = ActiveVersion.objects.filter(campaign=campaign, role=role).select_related("version")
    found = rows.first()
    return found.version if found else None


def _comes_from(version: ModelVersion, location: str) -> bool:
    """Whether it is there, or was trained from what is: a version keeps the name of its parent."""
    line = ModelVersion.objects.filter(campaign=version.campaign_id, role=version.role)
    return line.filter(name=version.name, location=location).exists()


def _models(campaign: Campaign, sentence: str) -> Idle:
    return Idle(sentence, "Models", reverse("campaign-models", args=[campaign.slug]))


def _set_in(campaign: Campaign, key: str, title: str, sentence: str) -> Idle:
    return Idle(
        sentence, f"Settings, {title}", reverse("settings-group", args=[campaign.slug, key])
    )
