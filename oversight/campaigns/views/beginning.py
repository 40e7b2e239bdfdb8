"""Making a campaign, and what comes next."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from oversight.campaigns.forms.new import NewCampaignForm
from oversight.campaigns.selectors.beginning import beginning_of
from oversight.campaigns.services.campaigns import create_campaign, may_create_campaigns
from oversight.errors import OversightError
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)


@require_http_methods(GET_OR_POST)
@person_required
def campaign_new(request: PersonRequest) -> HttpResponse:
    if not may_create_campaigns(request.user):
        raise PermissionDenied("Only staff may create campaigns.")
    initial = {"like": request.GET.get("like", "")}
    form = NewCampaignForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = create_campaign(created_by=request.user, **form.cleaned_data)
            return redirect("campaign-begin", campaign.slug)
        except OversightError as error:
            form.add_error("slug", f"Not created: {error}.")
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/new.html", {"form": form}, status=status)


@require_safe
@person_required
def begin(request: PersonRequest, slug: str) -> HttpResponse:
    """Say what comes next, from an empty campaign to the first judged item."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    context = page_context(request, campaign, "overview", done=beginning_of(campaign))
    return render(request, "oversight/campaigns/begin.html", context)
