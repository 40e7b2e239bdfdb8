"""The campaign's own page, and the part of it that follows the round under way."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of
from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding
from oversight.data.views.files import download_of
from oversight.loop.selectors.rounds import open_round
from oversight.loop.services.schedules import describe_schedule
from oversight.models import Campaign
from oversight.pages.policies.story import RIGHT
from oversight.pages.policies.story_chart import draw
from oversight.pages.selectors.asked import asked, is_asking_only
from oversight.pages.selectors.needs import Need, needs_of
from oversight.pages.selectors.overview import Overview, campaign_overview
from oversight.pages.selectors.story import CampaignStory, RoundLine, campaign_story
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import roles_in
from oversight.people.views.access import PersonRequest, get_campaign, page_context, person_required
from oversight.trust.selectors.critique_effect import critique_effects
from oversight.web.tables import csv_response

STORY_COLUMNS = [
    *("round", "version", "outcome", "score", "score_low", "score_high", "reason"),
    *("labels_by_people", "labels_by_critic", "labels_by_checker", "labels_simulated"),
    *("human_share", "agreement", "agreement_low", "agreement_high"),
]


@require_safe
@vary_on_headers("HX-Request")
@person_required
def campaign(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the page; to htmx, only a part: what critiques change, which is counted after the page is
    shown; else the live one, or the wish to reload once the round is over."""
    found = get_campaign(request, slug, groups=("basics", "training", "updates"))
    if request.htmx and "effects" in request.GET:
        context = page_context(request, found, "overview", effects=critique_effects(found))
        return render(request, "oversight/pages/campaign.html#effects", context)
    if not request.htmx:
        return _story(request, found)
    live = open_round(found)
    if live is None or str(live.round.pk) != request.GET.get("round"):
        return HttpResponseClientRefresh()
    context = page_context(request, found, "overview", live=live)
    return render(request, "oversight/pages/campaign.html#live", context)


@require_safe
@person_required
def story_csv(request: PersonRequest, slug: str) -> HttpResponse:
    """Download the rounds in figures, as the page shows them."""
    found = get_campaign(request, slug)
    rows = map(_cells, campaign_story(found).lines)
    return csv_response(f"{found.slug}-rounds.csv", STORY_COLUMNS, rows)


@require_safe
@person_required
def preferences(request: PersonRequest, slug: str) -> StreamingHttpResponse:
    """Download the campaign's preferences as JSON lines. HEAD reads none of them."""
    found = get_campaign(request, slug, Permission.EXPORT_DATA)
    wanted = Wanted(found, simulated="simulated" in request.GET)
    dataset, name = registered()["preferences"], "preferences.jsonl"
    return download_of(request, dataset, wanted, Encoding(), name)


def _story(request: PersonRequest, found: Campaign) -> HttpResponse:
    overview = campaign_overview(found, page=request.GET.get("page", "1"))
    story = campaign_story(found)
    is_asking = is_asking_only(found, overview)
    context = page_context(
        request,
        found,
        "overview",
        overview=overview,
        live=overview.live,
        story=story,
        asked=asked(found) if is_asking else None,
        chart=draw(story.story) if story.story else None,
        needs=_needs(request, found, overview, is_asking),
        schedule=describe_schedule(found),
        checker=_decides(found, story),
        effects=critique_effects(found) if "effects" in request.GET else None,
    )
    return render(request, "oversight/pages/campaign.html", context)


def _decides(found: Campaign, told: CampaignStory) -> Domain | None:
    """Return the checker, where what it calls right is what the story is about."""
    is_by_truth = told.story is not None and told.story.measure == RIGHT
    return domain_of(found.basics.checker) if is_by_truth else None


def _needs(
    request: PersonRequest, found: Campaign, overview: Overview, is_asking: bool
) -> list[dict[str, str]]:
    roles = roles_in(found, request.user)
    return [
        {
            "words": need.words,
            "detail": need.detail,
            "button": need.button,
            "address": _address(found, need),
        }
        for need in needs_of(found, overview, is_asking_only=is_asking)
        if need.permission is None or not roles.isdisjoint(need.permission.roles)
    ]


def _address(found: Campaign, need: Need) -> str:
    return reverse(need.place, args=[found.slug, *need.args])


def _cells(line: RoundLine) -> list[Any]:
    point, labels, agreement = line.point, line.labels, line.agreement or {}
    gated: list[Any] = [None] * 6
    if point:
        outcome = "promoted" if point.is_promoted else "refused"
        score = point.score
        gated = [point.version, outcome, score.value, score.low, score.high, point.reason]
    return [
        *(line.number, *gated),
        *(labels.human, labels.critic, labels.checker, labels.simulated, line.human_share),
        *(agreement.get(name) for name in ("value", "low", "high")),
    ]
