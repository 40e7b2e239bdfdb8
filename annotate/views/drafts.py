"""Drafts: what a card's script sends at every change."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from annotate.errors import AlreadyAnswered, DraftOutdated, DraftTooLong
from annotate.models import AssignmentState
from annotate.selectors.queue import assignments_of
from annotate.services.drafts import save_draft
from annotate.views.access import PersonRequest, person_required
from annotate.views.going_on import ahead_response

NOT_TAKEN = {AlreadyAnswered: 410, DraftOutdated: 409, DraftTooLong: 413}


@require_POST
@person_required
def draft(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Answer {"version", "is_late"} once the draft is committed, else {"message"}."""
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    version = request.POST.get("draft_version", "")
    fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    try:
        saved = save_draft(
            assignment=row, fields=fields, version=int(version) if version.isdecimal() else 0
        )
    except (AlreadyAnswered, DraftOutdated, DraftTooLong) as error:
        return JsonResponse({"message": str(error)}, status=NOT_TAKEN[type(error)])
    return JsonResponse({"version": saved.version, "is_late": row.state == AssignmentState.EXPIRED})


@require_POST
@person_required
def ahead(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Lease what comes after this item and answer with its card."""
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    return ahead_response(request, row)
