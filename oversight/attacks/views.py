"""The map of weaknesses, and what people find of single attacks."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.attacks.forms import FindingForm
from oversight.attacks.policies.weakness import COVERED_TRIES, PER, Weakness
from oversight.attacks.selectors.proposals import proposals_of
from oversight.attacks.selectors.tries import MOST_TRIES
from oversight.attacks.selectors.weakness import map_of, map_page
from oversight.attacks.services.findings import record_finding
from oversight.attacks.services.proposals import decide_proposal
from oversight.models import Query, WeaknessProposal
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.web.tables import csv_response

COLUMNS = [
    *("kind", "tries", "checked", "failed", "confirmed_by_people", "confirmed_by_checker"),
    *("unfair", "lacks_fairness", "rate", "rate_low", "rate_high", "different_failures"),
    *("share_of_next", "example_query"),
]


@require_safe
@vary_on_headers("HX-Request")
@person_required
def weaknesses(request: PersonRequest, slug: str) -> HttpResponse:
    """Counting all tries takes a while: the page comes first, its figures after it."""
    campaign = get_campaign(request, slug, groups=("basics", "care"))
    is_read = "figures" in request.GET
    found = map_page(campaign) if is_read else None
    context = page_context(
        request,
        campaign,
        "overview",
        found=found,
        proposals=proposals_of(campaign),
        rows=[(row, found.examples.get(row.example or 0)) for row in found.map.rows]
        if found
        else [],
        covered_tries=COVERED_TRIES,
        per=PER,
        most_tries=MOST_TRIES,
    )
    part = "#figures" if request.htmx and is_read else ""
    return render(request, f"oversight/attacks/weaknesses.html{part}", context)


@require_safe
@person_required
def weaknesses_csv(request: PersonRequest, slug: str) -> HttpResponse:
    """Download the map as the page shows it, the whole in its last line."""
    campaign = get_campaign(request, slug, groups=("basics",))
    found = map_of(campaign)
    rows = map(_cells, [*found.rows, found.total])
    return csv_response(f"{campaign.slug}-weaknesses.csv", COLUMNS, rows)


@require_POST
@person_required
def finding(request: PersonRequest, slug: str, query_id: int) -> HttpResponse:
    """Take a person's word on whether a query is fair and its answers fail."""
    campaign = get_campaign(request, slug, Permission.REVIEW_ANSWERS)
    query = get_object_or_404(Query.objects.filter(campaign=campaign), pk=query_id)
    form = FindingForm(request.POST)
    if form.is_valid():
        tell_outcome(
            request,
            lambda: record_finding(query=query, user=request.user, **form.found()),
            "What you found is kept. The map of weaknesses counts it.",
        )
    else:
        messages.error(
            request, "Not done: choose what you find; the reason has up to 500 characters."
        )
    return redirect("query", slug, query_id)


@require_POST
@person_required
def decide(request: PersonRequest, slug: str, proposal_id: int) -> HttpResponse:
    """Take a person's word on whether a proposed weakness is one of the campaign's kinds of query."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    proposals = WeaknessProposal.objects.filter(round__campaign=campaign)
    proposal = get_object_or_404(proposals, pk=proposal_id)
    is_accepted = request.POST.get("decision") == "accept"
    tell_outcome(
        request,
        lambda: decide_proposal(proposal=proposal, is_accepted=is_accepted, user=request.user),
        f"“{proposal.name}” is a kind of question from the next round on."
        if is_accepted
        else f"“{proposal.name}” is left out, and not proposed again.",
    )
    return redirect("weaknesses", slug)


def _cells(row: Weakness) -> list[Any]:
    rate = row.rate
    return [
        *(row.kind or "all", row.tries, row.checked, row.failed, row.by_people, row.by_checker),
        *(row.unfair, row.needs_fairness, rate.value, rate.low, rate.high, row.clusters),
        *(row.next_share, row.example),
    ]
