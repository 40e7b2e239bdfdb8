"""One query: its answers with what critics said of them, and the items that ask people about them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oversight.attacks.forms import FindingForm
from oversight.attacks.policies.confirming import confirm
from oversight.attacks.selectors.tries import words_about
from oversight.models import Query
from oversight.pages.selectors.query_life import query_life
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
    context = page_context(
        request,
        campaign,
        "queries",
        life=query_life(found),
        confirmed=confirm(words_about(found)) if found.round_id else None,
        finding=FindingForm(),
        harm=campaign.care.harm_words(found.node),
    )
    return render(request, "oversight/pages/query.html", context)
