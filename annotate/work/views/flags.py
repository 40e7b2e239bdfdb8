"""Flags: raised from the card, settled by those who run the campaign or review it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.errors import AlreadyAnswered, ItemGone
from annotate.models import Flag
from annotate.queue.selectors.assignments import assignments_of
from annotate.work.forms import FlagForm
from annotate.work.selectors.flags import open_flags
from annotate.work.services.flags import flag_assignment, settle_flag
from annotate.work.views.going_on import go_on
from oversight.errors import WrongState
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_where


@require_POST
@person_required
def flag(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    form = FlagForm(request.POST)
    if not form.is_valid():
        words = "Not flagged. " + " ".join(str(e) for es in form.errors.values() for e in es)
        return go_on(request, row.campaign, words, messages.WARNING)
    try:
        kept = flag_assignment(assignment=row, **form.cleaned_data)
    except (ItemGone, AlreadyAnswered) as error:
        return go_on(request, row.campaign, str(error), messages.WARNING)
    if {"kind": kept.kind, "reason": kept.reason} != form.cleaned_data:
        words = f"You have flagged this before, and that stands: {kept.get_kind_display()}. {kept.reason}"
        return go_on(request, row.campaign, words, messages.WARNING)
    return go_on(request, row.campaign, "Flagged. A reviewer looks at it.", messages.INFO)


MOST_SHOWN = 100


@require_safe
@person_required
def flags(request: PersonRequest, slug: str = "") -> HttpResponse:
    """The oldest open flags of a campaign; without one, of all in which the person settles them."""
    rows = open_flags(request.user).select_related(
        "assignment__annotator", "assignment__campaign__care", "assignment__item__query"
    )
    campaign = None
    if slug:
        campaign = get_object_or_404(
            campaigns_where(request.user, Permission.SETTLE_FLAGS), slug=slug
        )
        rows = rows.filter(assignment__campaign=campaign)
    shown = list(rows[: MOST_SHOWN + 1])
    for row in shown:
        tagged = row.assignment.campaign
        row.harm = tagged.care.harm_words(row.assignment.item.query.node)  # type: ignore[attr-defined]
    context = {
        "campaign": campaign,
        "flags": shown[:MOST_SHOWN],
        "are_more": len(shown) > MOST_SHOWN,
    }
    return render(request, "annotate/work/flags.html", context)


@require_POST
@person_required
def settle(request: PersonRequest, flag_id: int) -> HttpResponse:
    campaigns = campaigns_where(request.user, Permission.SETTLE_FLAGS)
    row = get_object_or_404(Flag, pk=flag_id, assignment__campaign__in=campaigns)
    is_withdrawn = "withdraw" in request.POST
    words = "Settled: the item is withdrawn, and nothing said of it is used any more."
    try:
        settle_flag(flag=row, user=request.user, is_withdrawn=is_withdrawn)
        messages.success(request, words if is_withdrawn else "Settled: the item stays.")
    except WrongState as error:
        messages.warning(request, f"Not done: {error}.")
    return redirect("annotate:flags", row.assignment.campaign.slug)
