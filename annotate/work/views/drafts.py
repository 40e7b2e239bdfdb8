"""Drafts: what a card's script sends at every change."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from annotate.access import PersonRequest, person_required
from annotate.campaigns import is_paused
from annotate.card.form_parts import whole_number
from annotate.errors import (
    AlreadyAnswered,
    CorrectedMeanwhile,
    CorrectionRefused,
    DraftOutdated,
    DraftTooLong,
)
from annotate.models import Assignment, AssignmentState
from annotate.queue.selectors.assignments import assignments_of
from annotate.work.services.drafts import forget_correction, save_draft
from annotate.work.views.going_on import ahead_response

NOT_TAKEN = {
    AlreadyAnswered: 410,
    CorrectionRefused: 410,
    CorrectedMeanwhile: 409,
    DraftOutdated: 409,
    DraftTooLong: 413,
}


@require_POST
@person_required
def draft(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Answer {"version", "late"} once the draft is committed, else {"message"}.

    `late` says why the item is no longer kept for the person; empty while it is.
    """
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    return _save(request, row)


@require_POST
@person_required
def correction_draft(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """The same for the card of a correction."""
    own = assignments_of(request.user).filter(state=AssignmentState.SUBMITTED)
    row = get_object_or_404(own, pk=assignment_id)
    return _save(request, row, corrects=whole_number(request.POST.get("corrects", "")))


@require_POST
@person_required
def forget_correction_draft(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Begin the correction again from the answer that stands."""
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    forget_correction(assignment=row)
    return redirect("annotate:correct", row.pk)


def _save(request: PersonRequest, row: Assignment, corrects: int | None = None) -> HttpResponse:
    version = whole_number(request.POST.get("draft_version", ""))
    fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    try:
        saved = save_draft(assignment=row, fields=fields, version=version, corrects=corrects)
    except tuple(NOT_TAKEN) as error:
        status = next(n for kind, n in NOT_TAKEN.items() if isinstance(error, kind))
        return JsonResponse({"message": str(error)}, status=status)
    return JsonResponse({"version": saved.version, "late": _late_words(request, row)})


def _late_words(request: PersonRequest, row: Assignment) -> str:
    if row.state != AssignmentState.EXPIRED:
        return ""
    if is_paused(request.user, row.campaign):
        return "You are paused meanwhile: you can still submit this one while the item is free."
    return "Your time has run out: submit it while the item is free."


@require_POST
@person_required
def ahead(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Lease what comes after this item and answer with its card."""
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    return ahead_response(request, row)
