"""Making a campaign, and changing its settings."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from oversight.campaigns.forms.groups import PAGES
from oversight.campaigns.forms.new import NewCampaignForm
from oversight.campaigns.forms.settings import GROUP_FORMS
from oversight.campaigns.services.campaigns import create_campaign, may_create_campaigns
from oversight.campaigns.services.settings import change_settings
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


@require_safe
@person_required
def campaign_edit(request: PersonRequest, slug: str) -> HttpResponse:
    """Lead to each group of settings."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    context = page_context(request, campaign, "settings", pages=PAGES.values())
    return render(request, "oversight/campaigns/settings.html", context)


@require_http_methods(GET_OR_POST)
@person_required
def settings_group(request: PersonRequest, slug: str, key: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    if key not in GROUP_FORMS:
        raise Http404(f"there is no group of settings {key}")
    form = GROUP_FORMS[key](request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        tell_outcome(
            request,
            lambda: change_settings(campaign=campaign, **form.cleaned_data),
            "Saved. The next round goes by these settings.",
        )
        return redirect("settings-group", slug, key)
    more = {"form": form, "page": PAGES[key], "pages": PAGES.values()}
    context = page_context(request, campaign, "settings", **more)
    status = 422 if form.errors else 200
    return render(request, "oversight/campaigns/group.html", context, status=status)
