"""The campaign's own page, and the part of it that follows the round under way."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.loop.selectors.rounds import open_round
from oversight.loop.services.schedules import describe_schedule
from oversight.pages.selectors.overview import campaign_overview
from oversight.people.selectors import ENGINEERS
from oversight.people.views.access import PersonRequest, get_campaign, page_context, person_required
from oversight.trust.selectors.critique_effect import critique_effects


@require_safe
@vary_on_headers("HX-Request")
@person_required
def campaign(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the page; to htmx, only the live part, or the wish to reload once the round is over."""
    found = get_campaign(request, slug, groups=("basics", "training", "updates"))
    if not request.htmx:
        overview = campaign_overview(found, page=request.GET.get("page", "1"))
        context = page_context(
            request,
            found,
            "overview",
            overview=overview,
            live=overview.live,
            schedule=describe_schedule(found),
            effects=critique_effects(found),
        )
        return render(request, "oversight/pages/campaign.html", context)
    live = open_round(found)
    if live is None or str(live.round.pk) != request.GET.get("round"):
        return HttpResponseClientRefresh()
    context = page_context(request, found, "overview", live=live)
    return render(request, "oversight/pages/campaign.html#live", context)


@require_safe
@person_required
def preferences(request: PersonRequest, slug: str) -> StreamingHttpResponse:
    """Download the campaign's preferences as JSON lines. HEAD reads none of them."""
    found = get_campaign(request, slug, ENGINEERS)
    wanted = Wanted(found, simulated="simulated" in request.GET)
    blocks = encoded(registered()["preferences"], wanted, Encoding())
    return StreamingHttpResponse(
        [] if request.method == "HEAD" else blocks,
        content_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{found.slug}-preferences.jsonl"'},
    )
