"""The start page: one's campaigns."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.campaigns.selectors.campaigns import campaigns_with_progress
from oversight.campaigns.services.campaigns import may_create_campaigns
from oversight.people.views.access import PersonRequest, person_required


@require_safe
@person_required
def home(request: PersonRequest) -> HttpResponse:
    context = {
        "campaigns": campaigns_with_progress(request.user),
        "can_create": may_create_campaigns(request.user),
    }
    return render(request, "oversight/home.html", context)
