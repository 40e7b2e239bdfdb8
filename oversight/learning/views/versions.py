"""The learner over its versions: what its score does not tell."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.learning.policies.over_optimised import Pleasing
from oversight.learning.services.versions_watch import curve_of, watched_versions
from oversight.learning.views.charts import Chart, line_chart
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)


@require_safe
@vary_on_headers("HX-Request")
@person_required
def learner_versions(request: PersonRequest, slug: str) -> HttpResponse:
    """Reading all answers takes a while: the page comes first, its figures after it."""
    campaign = get_campaign(request, slug)
    is_read = "figures" in request.GET
    watched = watched_versions(campaign) if is_read else []
    context = page_context(
        request,
        campaign,
        "models",
        is_read=is_read,
        watched=watched,
        chart=_chart(curve_of(watched)),
    )
    part = "#figures" if request.htmx and is_read else ""
    return render(request, f"oversight/learning/versions.html{part}", context)


def _chart(points: list[Pleasing]) -> Chart | None:
    if not points:
        return None
    critic = [(point.kl, point.critic) for point in points]
    return line_chart(
        "The critic's score, and the share that is right",
        critic,
        [(point.kl, point.truth) for point in points],
    )
