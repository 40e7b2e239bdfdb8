"""Consent, categories left out, breaks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from annotate.access import PersonRequest, person_required
from annotate.campaigns import annotatable_campaigns
from annotate.care.selectors.consent_and_rest import has_consented
from annotate.care.selectors.exposure import exposures_today, opted_out
from annotate.care.services import give_consent, leave_out, take_break
from oversight.errors import WrongState
from oversight.models import Campaign


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def care(request: PersonRequest, slug: str) -> HttpResponse:
    """What a campaign warns of, and the categories that the person leaves out."""
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    if request.method == "POST":
        categories = request.POST.getlist("category")
        leave_out(user=request.user, campaign=campaign, categories=categories)
        messages.success(request, "Kept. It holds from the next item on.")
        return redirect("annotate:care", campaign.slug)
    return render(request, "annotate/care/care.html", care_context(request, campaign))


@require_POST
@person_required
def consent(request: PersonRequest, slug: str) -> HttpResponse:
    """Agree to the warning, with the categories to leave out in the same form; go on to where one was."""
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    leave_out(user=request.user, campaign=campaign, categories=request.POST.getlist("category"))
    give_consent(user=request.user, campaign=campaign)
    then = request.POST.get("then")
    is_known = then == "history" or (then == "red-team" and campaign.judging.is_red_teaming_open)
    return redirect(f"annotate:{then if is_known else 'next'}", campaign.slug)


@require_POST
@person_required
def rest(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    is_put_off = "put_off" in request.POST
    try:
        take_break(user=request.user, campaign=campaign, is_put_off=is_put_off)
    except WrongState as error:
        messages.info(request, f"Not done: {error}.")
    return redirect("annotate:next", campaign.slug)


def care_context(request: PersonRequest, campaign: Campaign) -> dict[str, object]:
    chosen = set(opted_out(request.user, campaign))
    return {
        "campaign": campaign,
        "categories": [
            (category, harm, category in chosen)
            for category, harm in sorted(campaign.care.harm_by_category.items())
        ],
        "has_consented": has_consented(request.user, campaign),
        "seen_today": exposures_today(request.user, campaign),
    }
