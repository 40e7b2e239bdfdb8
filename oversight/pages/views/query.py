"""One query: its answers with what critics said of them, and the items that ask people about them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oversight.asking.selectors.blindness import kept_blind, responses_kept_blind
from oversight.attacks.forms import FindingForm
from oversight.attacks.policies.confirming import confirm
from oversight.attacks.selectors.findings import findings_about
from oversight.attacks.selectors.tries import words_about
from oversight.models import Campaign, Query
from oversight.pages.selectors.query_life import QueryLife, query_life
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)


@require_safe
@person_required
def query(request: PersonRequest, slug: str, query_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_TEXTS, groups=("care",))
    rows = Query.objects.filter(campaign=campaign)
    rows = rows.select_related("attacker_version", "written_by", "near", "round")
    found = get_object_or_404(rows, pk=query_id)
    life = query_life(found, blind_to=responses_kept_blind(request.user, campaign))
    context = page_context(
        request,
        campaign,
        "queries",
        life=life,
        harm=campaign.care.harm_words(found.node),
        **_attack(request, campaign, life),
    )
    return render(request, "oversight/pages/query.html", context)


def _attack(request: PersonRequest, campaign: Campaign, life: QueryLife) -> dict[str, Any]:
    """Return what was found of it as an attack; none of it to who is to answer first."""
    if not life.query.round_id or not life.answered:
        return {}
    if not {item.pk for item in life.items}.isdisjoint(kept_blind(request.user, campaign)):
        return {"is_blind": True, "finding": FindingForm()}
    words = words_about(life.query)
    findings = findings_about(life.query, words, request.user)
    return {
        "confirmed": confirm(words),
        "findings": findings,
        "finding": FindingForm.of(findings.mine),
    }
