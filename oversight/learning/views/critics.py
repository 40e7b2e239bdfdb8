"""The critic over its versions: what it finds, what it makes up, how far it can be believed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.learning.policies.critic_words import critic_words
from oversight.learning.selectors.role_trainings import critic_trainings
from oversight.learning.services.critic_revisions import revised_by_version
from oversight.learning.services.critic_versions import critic_versions
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)
from oversight.versions.selectors.active import is_at_work


@require_safe
@vary_on_headers("HX-Request")
@person_required
def show_critic_versions(request: PersonRequest, slug: str) -> HttpResponse:
    """Reading all critiques takes a while: the page comes first, its figures after it."""
    campaign = get_campaign(request, slug)
    is_read = "figures" in request.GET
    measured = critic_versions(campaign) if is_read else []
    revised = revised_by_version(campaign) if is_read else []
    at_work = next((each for each in measured if is_at_work(each.version)), None)
    is_known = any(each.natural or each.tampered for each in measured)
    context = page_context(
        request,
        campaign,
        "models",
        is_read=is_read,
        measured=measured,
        revised=revised,
        is_known=is_known,
        at_work=at_work,
        said=critic_words(at_work.natural, at_work.tampered) if at_work else [],
        trainings=critic_trainings(campaign) if is_read else [],
    )
    part = "#figures" if request.htmx and is_read else ""
    return render(request, f"oversight/learning/critics.html{part}", context)
