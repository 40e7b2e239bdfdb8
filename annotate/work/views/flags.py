"""Flags: raised from the card, settled by those who run the campaign or review it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.errors import AlreadyAnswered, ItemGone
from annotate.models import Flag
from annotate.queue.selectors.assignments import assignments_of
from annotate.work.forms import FlagForm
from annotate.work.selectors.flags import flagged, left_to_ask, open_flags, words_if_it_stays
from annotate.work.services.flags import flag_assignment, settle_flag
from annotate.work.views.going_on import go_on
from oversight.errors import WrongState
from oversight.lists import planned_anew
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_where, demand_not_ended
from oversight.people.views.access import page_context


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


MOST_SHOWN = 10


@require_safe
@person_required
@planned_anew()
def all_flags(request: PersonRequest) -> HttpResponse:
    """The oldest open flags of all campaigns in which the person settles them."""
    context = _shown(open_flags(request.user))
    return render(request, "annotate/work/all_flags.html", context)


@require_safe
@person_required
@planned_anew()
def flags(request: PersonRequest, slug: str) -> HttpResponse:
    """The same of one campaign."""
    campaign = get_object_or_404(campaigns_where(request.user, Permission.SETTLE_FLAGS), slug=slug)
    rows = open_flags(request.user).filter(assignment__campaign=campaign)
    context = page_context(request, campaign, "flags", **_shown(rows))
    return render(request, "annotate/work/flags.html", context)


def _shown(rows: QuerySet[Flag]) -> dict[str, object]:
    found = flagged(rows, MOST_SHOWN + 1)
    return {"flags": found[:MOST_SHOWN], "are_more": len(found) > MOST_SHOWN}


@require_POST
@person_required
def settle(request: PersonRequest, flag_id: int) -> HttpResponse:
    campaigns = campaigns_where(request.user, Permission.SETTLE_FLAGS)
    row = get_object_or_404(Flag, pk=flag_id, assignment__campaign__in=campaigns)
    demand_not_ended(row.assignment.campaign, Permission.SETTLE_FLAGS)
    is_withdrawn = "withdraw" in request.POST
    words = "Settled: the item is withdrawn, and nothing said of it is used any more."
    try:
        settle_flag(flag=row, user=request.user, is_withdrawn=is_withdrawn)
        messages.success(request, words if is_withdrawn else _words_of_staying(row))
    except WrongState as error:
        messages.warning(request, f"Not done: {error}.")
    return redirect("annotate:flags", row.assignment.campaign.slug)


def _words_of_staying(flag: Flag) -> str:
    # As it is by now: others have gone on meanwhile.
    flag.assignment.item.refresh_from_db()
    left = left_to_ask([flag.assignment.item])
    return f"Settled: the item stays. {words_if_it_stays(flag, left[flag.assignment.item_id])}"
