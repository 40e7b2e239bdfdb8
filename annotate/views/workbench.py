"""The card of one item: show it, take the answer, go on to the next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from annotate.cards import card_for
from annotate.errors import AlreadyAnswered, ItemGone, LeaseExpired, NotShown
from annotate.forms import AnnotationForm
from annotate.models import Assignment, AssignmentState
from annotate.selectors.queue import assignments_of, current_principles
from annotate.services.leases import lease_next, skip_assignment
from annotate.services.submissions import submit_annotation
from annotate.views.access import PersonRequest, person_required
from annotate.views.queue import next_url, queue_context
from oversight.models import Campaign, ItemState

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
    return _card(request, row)


@require_POST
@person_required
def submit(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    form = AnnotationForm(request.POST, order_shown=row.order_shown)
    if not form.is_valid():
        return _card(request, row, form, status=422)
    try:
        submit_annotation(assignment=row, **form.answer())
    except NotShown as error:
        form.add_error(None, str(error))
        return _card(request, row, form, status=422)
    except LeaseExpired as error:
        form.add_error(None, f"Not saved. {error}")
        return _card(request, row, form, status=409)
    except (ItemGone, AlreadyAnswered) as error:
        return _go_on(request, row.item.campaign, str(error), messages.WARNING)
    return _go_on(request, row.item.campaign, "Saved.", messages.SUCCESS)


@require_POST
@person_required
def skip(request: PersonRequest, assignment_id: int) -> HttpResponse:
    row = get_object_or_404(assignments_of(request.user), pk=assignment_id)
    reason = request.POST.get("reason", "").replace("\0", "")[:1000]
    try:
        skip_assignment(assignment=row, reason=reason)
    except (ItemGone, AlreadyAnswered) as error:
        return _go_on(request, row.item.campaign, str(error), messages.WARNING)
    return _go_on(request, row.item.campaign, "Skipped.", messages.INFO)


def _go_on(request: PersonRequest, campaign: Campaign, words: str, level: int) -> HttpResponse:
    """Say what became of the last item and show the next: in place for htmx, else by redirect."""
    if not request.htmx:
        messages.add_message(request, level, words)
        return redirect(next_url(request, campaign))
    said = {"words": words, "tone": messages.DEFAULT_TAGS[level]}
    if following := lease_next(user=request.user, campaign=campaign):
        response = _card(request, following, said=said)
        return push_url(response, reverse("annotate:assignment", args=[following.pk]))
    context = {**queue_context(request, campaign), "said": said}
    response = render(request, "annotate/next.html#card", context)
    return push_url(response, reverse("annotate:next", args=[campaign.slug]))


def _card(
    request: PersonRequest,
    row: Assignment,
    form: AnnotationForm | None = None,
    *,
    said: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    card = card_for(row, form)
    context: dict[str, object] = {"card": card, "campaign": card.campaign, "said": said}
    if request.htmx:
        return render(request, "annotate/card.html#card", context, status=status)
    context["principles"] = current_principles(card.campaign)
    return render(request, "annotate/card.html", context, status=status)
