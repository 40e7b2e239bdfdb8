"""The start page: one's campaigns."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.campaigns.selectors.campaigns import campaigns_with_progress
from oversight.campaigns.services.campaigns import may_create_campaigns
from oversight.models import CampaignState
from oversight.people.views.access import PersonRequest, person_required


@require_safe
@person_required
def home(request: PersonRequest) -> HttpResponse:
    """List one's campaigns; archived ones where `?archived` asks for them."""
    is_archived = "archived" in request.GET
    campaigns = list(campaigns_with_progress(request.user))
    archived = [each for each in campaigns if each.state == CampaignState.ARCHIVED]
    context = {
        "campaigns": archived
        if is_archived
        else [each for each in campaigns if each not in archived],
        "is_archived": is_archived,
        "archived": len(archived),
        "can_create": may_create_campaigns(request.user),
    }
    return render(request, "oversight/home.html", context)
