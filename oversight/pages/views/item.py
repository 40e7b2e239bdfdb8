"""One item's whole life, and the labels behind a version."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from oversight.asking.selectors.blindness import kept_blind
from oversight.models import ModelVersion
from oversight.pages.selectors.labels_behind import PER_PAGE, labels_behind
from oversight.pages.selectors.life import item_life, without_answers
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)


@require_safe
@person_required
def item(request: PersonRequest, slug: str, item_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_ITEMS)
    related = (
        *("query__attacker_version", "query__written_by", "query__near"),
        *("round", "decision", "adjudicates__decision", "adjudication"),
    )
    found = get_object_or_404(campaign.items.select_related(*related), pk=item_id)
    life, is_blind = item_life(found), found.pk in kept_blind(request.user, campaign)
    context = page_context(
        request,
        campaign,
        "items",
        life=without_answers(life) if is_blind else life,
        is_blind=is_blind,
        harm=campaign.care.harm_words(found.query.node),
    )
    return render(request, "oversight/pages/item.html", context)


@require_safe
@person_required
def labels(request: PersonRequest, slug: str, version_id: int) -> HttpResponse:
    """The preferences that a version was trained on, each with the item that it came of."""
    campaign = get_campaign(request, slug, Permission.SEE_ITEMS)
    related = ("training_run__snapshot", "training_run__round")
    versions = ModelVersion.objects.filter(campaign=campaign).select_related(*related)
    version = get_object_or_404(versions, pk=version_id)
    after = request.GET.get("after", "")
    place = int(after) if after.isdecimal() and after.isascii() and len(after) < 10 else -1
    run = getattr(version, "training_run", None)
    rows = labels_behind(run.snapshot, place) if run and run.snapshot else []
    context = page_context(
        request,
        campaign,
        "models",
        version=version,
        run=run,
        rows=rows[:PER_PAGE],
        after=after,
        next=rows[PER_PAGE - 1].position if len(rows) > PER_PAGE else None,
    )
    return render(request, "oversight/pages/labels_behind.html", context)
