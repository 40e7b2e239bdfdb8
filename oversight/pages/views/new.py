"""Making a campaign."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from oversight.campaigns.forms.new import NewCampaignForm
from oversight.campaigns.policies.templates import TEMPLATES
from oversight.campaigns.services.campaigns import may_create_campaigns
from oversight.errors import OversightError
from oversight.pages.services.new_campaign import make_campaign
from oversight.people.views.access import GET_OR_POST, PersonRequest, person_required
from oversight.versions.services.loading import why_not_fetched


@require_http_methods(GET_OR_POST)
@person_required
def campaign_new(request: PersonRequest) -> HttpResponse:
    if not may_create_campaigns(request.user):
        raise PermissionDenied("Only staff may create campaigns.")
    initial = {"like": request.GET.get("like", "")}
    notes = {key: why_not_fetched(each.learner) for key, each in TEMPLATES.items()}
    form = NewCampaignForm(request.POST or None, user=request.user, initial=initial, notes=notes)
    if request.method == "POST" and form.is_valid():
        try:
            campaign = make_campaign(created_by=request.user, **form.cleaned_data)
            return redirect("campaign-begin", campaign.slug)
        except OversightError as error:
            form.add_error("slug", f"Not created: {error}.")
    status = 422 if form.errors else 200
    return render(request, "oversight/pages/new.html", {"form": form}, status=status)
