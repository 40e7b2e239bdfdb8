"""May the critic replace people? The page, and the same as a table."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.learning.selectors.replacing import Replacing, may_replace, names_of
from oversight.models import Campaign, ModelVersion, Role
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)
from oversight.trust.policies.replacing.alternative import FEWEST_ITEMS
from oversight.trust.policies.replacing.words import (
    counted,
    in_short,
    known_by,
    three_answers,
)
from oversight.versions.selectors.active import active_version
from oversight.web.tables import csv_response

COLUMNS = ["figure", "of", "value", "low", "high", "count", "n"]


@require_safe
@vary_on_headers("HX-Request")
@person_required
def show_replacing(request: PersonRequest, slug: str) -> HttpResponse:
    """Reading everybody's answers takes a while: the page comes first, its figures after it."""
    campaign = get_campaign(request, slug, groups=("basics", "routing"))
    critic = asked_version(campaign, request.GET.get("version"))
    is_read = "figures" in request.GET
    found = may_replace(campaign, critic) if is_read and critic else None
    told = _told(found) if found else {}
    context = page_context(request, campaign, "models", critic=critic, found=found, **told)
    context["later"] = f"?{urlencode({'figures': True} | request.GET.dict())}"
    part = "#figures" if request.htmx and is_read else ""
    return render(request, f"oversight/learning/replacing.html{part}", context)


@require_safe
@person_required
def replacing_csv(request: PersonRequest, slug: str) -> HttpResponse:
    """Download the figures as the page shows them, a line each."""
    campaign = get_campaign(request, slug, groups=("basics", "routing"))
    critic = asked_version(campaign, request.GET.get("version"))
    rows = lines_of(may_replace(campaign, critic)) if critic else []
    return csv_response(f"{campaign.slug}-critic-and-people.csv", COLUMNS, rows)


def asked_version(campaign: Campaign, wanted: str | None) -> ModelVersion | None:
    """Return the version of the critic that is asked for, else the one at work; 404 of no critic."""
    if wanted is None:
        return active_version(campaign, Role.CRITIC)
    pk = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else None
    return get_object_or_404(ModelVersion, campaign=campaign, role=Role.CRITIC, pk=pk)


def lines_of(found: Replacing) -> Iterator[list[Any]]:
    """Yield the figures: a share, its interval, and how many of how many it was counted on."""
    for place in found.places:
        share, test = place.agreement, place.test
        yield [
            "agreement",
            place.name,
            share.value,
            share.low,
            share.high,
            share.successes,
            share.count,
        ]
        people = len(test.people)
        yield ["winning_rate", place.name, test.winning_rate, None, None, test.wins, people]
        yield ["advantage", place.name, test.advantage, None, None, None, people]
    for who, test in found.by_epsilon.items():
        yield ["winning_rate_for", who, test.winning_rate, None, None, test.wins, len(test.people)]
    for rate in found.rates:
        yield ["said", rate.name, rate.said[0] / (rate.said[1] or 1), None, None, *rate.said]
        if rate.corrected:
            fixed = rate.corrected
            yield ["corrected", rate.name, fixed.value, fixed.low, fixed.high, None, None]
        yield ["sensitivity", rate.name, None, None, None, *rate.found]
        yield ["specificity", rate.name, None, None, None, *rate.left_alone]
    taking = found.taking
    yield ["threshold", "taking", taking.threshold, None, None, taking.errors, taking.accepted]


def _told(found: Replacing) -> dict[str, Any]:
    answers = three_answers(found.test, found.rates, found.taking)
    names = names_of(found)
    return {
        "answers": answers,
        "in_short": in_short(answers),
        "counts": [(counted(rate), known_by(rate)) for rate in found.rates],
        "fewest": FEWEST_ITEMS,
        "left_out": [
            (names.get(each.person, "?"), each)
            for each in (found.test.people if found.test else ())
        ],
    }
