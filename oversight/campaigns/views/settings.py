"""Making a campaign, and changing its settings."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from oversight.campaigns.forms.campaign import CampaignForm, NewCampaignForm
from oversight.campaigns.services.campaigns import (
    change_settings,
    create_campaign,
    may_create_campaigns,
)
from oversight.errors import OversightError
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)


@require_http_methods(GET_OR_POST)
@person_required
def campaign_new(request: PersonRequest) -> HttpResponse:
    if not may_create_campaigns(request.user):
        raise PermissionDenied("Only staff may create campaigns.")
    form = NewCampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = create_campaign(created_by=request.user, **form.cleaned_data)
            return redirect("campaign-models", campaign.slug)
        except OversightError as error:
            form.add_error("slug", f"Not created: {error}.")
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/new.html", {"form": form}, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def campaign_edit(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        found = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
        tell_outcome(
            request,
            lambda: change_settings(campaign=found, **form.cleaned_data),
            "Saved. The next round goes by these settings.",
        )
        return redirect("campaign-edit", slug)
    shown = get_campaign(
        request, slug, Permission.CHANGE_SETTINGS
    )  # the form has written into its instance
    context = page_context(request, shown, "settings", form=form)
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/edit.html", context, status=status)
