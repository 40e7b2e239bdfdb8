"""Pausing, resuming, finishing, archiving and deleting a campaign: each said first, then done."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.states import DeleteForm
from oversight.campaigns.policies.states import MOVES, moves_from
from oversight.campaigns.selectors.tallies import tallies
from oversight.campaigns.services.campaigns import may_create_campaigns
from oversight.campaigns.services.deleting import delete_campaign, reason_to_keep
from oversight.campaigns.services.states import move_campaign
from oversight.errors import OversightError
from oversight.models import Campaign
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.web.forms import ReasonForm


@require_safe
@person_required
def state(request: PersonRequest, slug: str) -> HttpResponse:
    """Say what the campaign's state is, and what may become of it."""
    campaign = get_campaign(request, slug, Permission.STEER_CAMPAIGN)
    more = {
        "moves": moves_from(campaign.state),
        "reason_to_keep": reason_to_keep(campaign),
        "pages": PAGES.values(),
        "is_state": True,
        "can_create": may_create_campaigns(request.user),
    }
    context = page_context(request, campaign, "settings", **more)
    return render(request, "oversight/campaigns/state.html", context)


@require_http_methods(GET_OR_POST)
@person_required
def move(request: PersonRequest, slug: str, verb: str) -> HttpResponse:
    """Say what happens and ask why; then do it."""
    campaign = get_campaign(request, slug, Permission.STEER_CAMPAIGN)
    if verb not in MOVES:
        raise Http404(f"a campaign cannot be made to {verb}")
    wanted = MOVES[verb]
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        tell_outcome(
            request,
            lambda: move_campaign(campaign=campaign, move=wanted, reason=reason, by=request.user),
            wanted.done,
        )
        return redirect("campaign-state", slug)
    context = page_context(request, campaign, "settings", form=form, move=wanted)
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/move.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def delete(request: PersonRequest, slug: str) -> HttpResponse:
    """Say what goes and ask for the name; then delete it, where nobody's labels are in it."""
    campaign = get_campaign(request, slug, Permission.DELETE_CAMPAIGN)
    form = DeleteForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        try:
            delete_campaign(campaign=campaign, by=request.user, **form.cleaned_data)
            messages.success(request, f"{campaign.name} is deleted.")
            return redirect("home")
        except OversightError as error:
            form.add_error(None, f"Not deleted: {error}.")
    more = {"form": form, "reason_to_keep": reason_to_keep(campaign), "goes": _what_goes(campaign)}
    context = page_context(request, campaign, "settings", **more)
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/delete.html", context, status=status)


def _what_goes(campaign: Campaign) -> list[tuple[str, int]]:
    """Return what the campaign holds, in words with how many of each."""
    return [
        ("queries", sum(tallies(campaign, "query").values())),
        ("items", sum(tallies(campaign, "item").values())),
        ("rounds", campaign.rounds.count()),
        ("model versions", campaign.versions.count()),
        ("members", campaign.members.count()),
    ]
