"""The card of one item: show it, take the answer, go on to the next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from annotate.errors import AlreadyAnswered, ItemGone, LeaseExpired, NotShown
from annotate.forms import AnnotationForm
from annotate.models import AssignmentState
from annotate.selectors.queue import assignments_of
from annotate.services.leases import skip_assignment
from annotate.services.submissions import submit_annotation
from annotate.views.access import PersonRequest, person_required
from annotate.views.going_on import card_response, go_on
from annotate.views.queue import queue_context
from oversight.models import ItemState

STATE_WORDS = {
    AssignmentState.SUBMITTED: "You have judged this item. Your answer is saved.",
    AssignmentState.SKIPPED: "You have skipped this item; somebody else gets it.",
    AssignmentState.EXPIRED: "Your time for this item ran out, and it was offered to others.",
}


@require_safe
@person_required
def assignment(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Show the card while the item is the person's; else say what became of it."""
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    words = STATE_WORDS.get(AssignmentState(row.state))
    if not words and row.item.state != ItemState.OPEN:
        words = "This item was closed meanwhile."
    if words:
        context = {**queue_context(request, row.item.campaign), "notice": words}
        return render(request, "annotate/next.html", context)
    return card_response(request, row)


@require_POST
@person_required
def submit(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    form = AnnotationForm(request.POST, order_shown=row.order_shown)
    if not form.is_valid():
        return card_response(request, row, form, status=422)
    try:
        submit_annotation(assignment=row, **form.answer())
    except NotShown as error:
        form.add_error(None, str(error))
        return card_response(request, row, form, status=422)
    except LeaseExpired as error:
        form.add_error(None, f"Not saved. {error}")
        return card_response(request, row, form, status=409)
    except (ItemGone, AlreadyAnswered) as error:
        return go_on(request, row.item.campaign, str(error), messages.WARNING)
    return go_on(request, row.item.campaign, "Saved.", messages.SUCCESS)


@require_POST
@person_required
def skip(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    reason = request.POST.get("reason", "").replace("\0", "")[:1000]
    try:
        skip_assignment(assignment=row, reason=reason)
    except (ItemGone, AlreadyAnswered) as error:
        return go_on(request, row.item.campaign, str(error), messages.WARNING)
    return go_on(request, row.item.campaign, "Skipped.", messages.INFO)
