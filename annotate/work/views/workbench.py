"""The card of one item: show it, take the answer, go on to the next."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.campaigns import is_paused
from annotate.card.forms import AnnotationForm, RatingsForm, StepsForm, SubmissionForm
from annotate.errors import AlreadyAnswered, ItemGone, LeaseExpired, NotShown
from annotate.models import Assignment, AssignmentState
from annotate.queue.selectors.assignments import assignment_of, refuse_ended
from annotate.queue.services.leases import skip_assignment
from annotate.work.selectors.history import undo_seconds_after
from annotate.work.selectors.results import known_answer_words
from annotate.work.services import steps_and_ratings
from annotate.work.services.submissions import answer_blind, submit_annotation
from annotate.work.views.going_on import card_response, go_on
from annotate.work.views.queue import queue_context
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
    row = own_assignment(request, assignment_id)
    words = STATE_WORDS.get(AssignmentState(row.state))
    if row.state == AssignmentState.EXPIRED and is_paused(request.user, row.campaign):
        words = "You were paused while you held this item, and it was offered to others."
    if not words and row.item.state != ItemState.OPEN:
        words = "This item was closed meanwhile."
    if words:
        context = {**queue_context(request, row.campaign), "notice": words}
        return render(request, "annotate/work/next.html", context)
    return card_response(request, row)


@require_POST
@person_required
def submit(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Take a comparison; the first of two answers leads back to the card, now with the critique."""
    row = own_assignment(request, assignment_id)
    is_blind = request.POST.get("phase") == "blind"
    form = AnnotationForm(
        request.POST,
        order_shown=row.order_shown,
        is_rationale_required=row.campaign.judging.is_rationale_required and not is_blind,
        asks_flaws=row.item.asks_flaws and not is_blind,
    )
    if is_blind:
        return _take(request, row, form, lambda: _answer_blind(row, form), _show_critique)
    return _take(
        request, row, form, lambda: submit_annotation(assignment=row, **form.answer()), _go_on_saved
    )


@require_POST
@person_required
def submit_steps(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = own_assignment(request, assignment_id)
    form = StepsForm(request.POST)
    service = steps_and_ratings.submit_steps
    return _take(request, row, form, lambda: service(assignment=row, **form.answer()), _go_on_saved)


@require_POST
@person_required
def submit_ratings(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = own_assignment(request, assignment_id)
    form = RatingsForm(request.POST, order_shown=row.order_shown)
    service = steps_and_ratings.submit_ratings
    return _take(request, row, form, lambda: service(assignment=row, **form.answer()), _go_on_saved)


@require_POST
@person_required
def skip(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = own_assignment(request, assignment_id)
    reason = request.POST.get("reason", "").replace("\0", "")[:1000]
    try:
        kept = skip_assignment(assignment=row, reason=reason)
    except (ItemGone, AlreadyAnswered) as error:
        return go_on(request, row.campaign, str(error), messages.WARNING)
    if kept != reason:
        words = "You have skipped this before; what you gave as the reason then stands."
        return go_on(request, row.campaign, words, messages.WARNING)
    return go_on(request, row.campaign, "Skipped.", messages.INFO)


def _take(
    request: PersonRequest,
    row: Assignment,
    form: SubmissionForm,
    save: Callable[[], object],
    then: Callable[[PersonRequest, Assignment], HttpResponse],
) -> HttpResponse:
    """Save a valid form; whatever is refused comes back as it was entered."""
    if not form.is_valid():
        return card_response(request, row, form, status=422)
    try:
        save()
    except NotShown as error:
        form.add_error(None, str(error))
        return card_response(request, row, form, status=422)
    except LeaseExpired as error:
        form.add_error(None, f"Not saved. {error}")
        return card_response(request, row, form, status=409)
    except (ItemGone, AlreadyAnswered) as error:
        return go_on(request, row.campaign, str(error), messages.WARNING)
    return then(request, row)


def _answer_blind(row: Assignment, form: AnnotationForm) -> object:
    said = {name: form.cleaned_data[name] for name in ("rationale", "seconds")}
    return answer_blind(assignment=row, **form.preferred(), **said)


def _show_critique(request: PersonRequest, row: Assignment) -> HttpResponse:
    words = "Your first answer is saved. Now with the critique."
    if not request.htmx:
        messages.success(request, words)
        return redirect("annotate:assignment", row.pk)
    return card_response(request, row, said={"words": words, "tone": "success"})


def _go_on_saved(request: PersonRequest, row: Assignment) -> HttpResponse:
    words = f"Saved.{known_answer_words(row)}"
    undo = undo_seconds_after(row)
    return go_on(request, row.campaign, words, messages.SUCCESS, undo=undo)


def own_assignment(request: PersonRequest, assignment_id: int) -> Assignment:
    """Return what is leased to the person; others' are not found."""
    if row := assignment_of(request.user, assignment_id):
        return row
    refuse_ended(request.user, assignment_id)
    raise Http404("You hold no such assignment.")
