"""The attacker over its versions: what each found in its trial, and why it went to work or did not."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.learning.policies.trainable import why_not_loaded_here
from oversight.learning.selectors.attacker_versions import attacker_trainings
from oversight.models import Role
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)
from oversight.versions.selectors.active import active_version


@require_safe
@person_required
def show_attacker_versions(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, groups=("basics", "updates"))
    attacker = active_version(campaign, Role.ATTACKER)
    context = page_context(
        request,
        campaign,
        "models",
        attacker=attacker,
        why_not=why_not_loaded_here(attacker) if attacker else "",
        trainings=attacker_trainings(campaign),
    )
    return render(request, "oversight/learning/attackers.html", context)
