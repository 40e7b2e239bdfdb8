"""What comes next in a campaign that was just made."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.campaigns.selectors.beginning import beginning_of
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)


@require_safe
@person_required
def begin(request: PersonRequest, slug: str) -> HttpResponse:
    """Say what comes next, from an empty campaign to the first judged item."""
    campaign = get_campaign(request, slug, Permission.CHANGE_SETTINGS)
    context = page_context(request, campaign, "overview", done=beginning_of(campaign))
    return render(request, "oversight/campaigns/begin.html", context)
