"""A person's own work: look at it, take back the last of it, correct what may be corrected."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.campaigns import campaigns_of_work
from annotate.card.form_parts import whole_number
from annotate.errors import AlreadyAnswered, CorrectedMeanwhile, CorrectionRefused, NotShown
from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.selectors.assignments import assignments_of
from annotate.work.forms import form_and_service
from annotate.work.selectors.history import (
    annotations_of,
    held_again,
    last_submitted,
    note_of,
    refusal_of,
    standing_annotation,
    submitted,
    undo_seconds_after,
)
from annotate.work.selectors.past import past_of
from annotate.work.services.taking_back import take_back
from annotate.work.views.going_on import correction_response, go_on
from annotate.work.views.showing import viewer_of, withheld_response
from oversight.asking.selectors.reviews import is_adjudicated
from oversight.models import Campaign

PER_PAGE = 25
TAKEN_BACK_SINCE = "You have taken this answer back, and it is asked again."
TAKEN_BACK = "Taken back: it counts for nothing until you submit it again."


@require_safe
@person_required
def history(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_object_or_404(campaigns_of_work(request.user), slug=slug)
    page = Paginator(annotations_of(request.user, campaign), PER_PAGE).get_page(
        request.GET.get("page")
    )
    viewer = viewer_of(request, campaign)
    if withheld := withheld_response(request, campaign, viewer.showing(), then="history"):
        return withheld
    rows = [past_of(annotation, viewer) for annotation in page]
    context = {"campaign": campaign, "page": page, "rows": rows}
    return render(request, "annotate/work/history.html", context)


@require_POST
@person_required
def undo(request: PersonRequest, slug: str) -> HttpResponse:
    """Take back what the person submitted last, and show its card again."""
    campaign = get_object_or_404(campaigns_of_work(request.user), slug=slug)
    if campaign.has_ended:
        return _it_stands(request, campaign)
    last = last_submitted(request.user, campaign)
    try:
        if last is None:
            raise CorrectionRefused("There is nothing to take back. Here is all your work.")
        row = take_back(annotation=last)
    except CorrectionRefused as error:
        # Pressed twice it is taken back once, and the card is what the person waits for.
        taken_back = held_again(request.user, campaign)
        if taken_back is None:
            messages.info(request, str(error))
            return redirect("annotate:history", campaign.slug)
        row = taken_back
    messages.info(request, TAKEN_BACK)
    return redirect("annotate:assignment", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def correct(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Show what was submitted on its card, or take what is to stand in its place."""
    was_answered = Q(state=AssignmentState.SUBMITTED) | Q(was_taken_back=True)
    held = assignments_of(request.user, are_ended_too=True).filter(was_answered)
    row = get_object_or_404(held, pk=assignment_id)
    if row.campaign.has_ended:
        return _it_stands(request, row.campaign)
    if row.state != AssignmentState.SUBMITTED:
        return go_on(request, row.campaign, f"Not saved. {TAKEN_BACK_SINCE}", messages.WARNING)
    standing = standing_annotation(row)
    if standing is None or (request.method != "POST" and refusal_of(standing)):
        messages.info(request, refusal_of(standing) if standing else "Nothing of yours is there.")
        return redirect("annotate:history", row.campaign.slug)
    if request.method == "POST":
        return _take(request, row, standing)
    return correction_response(request, row, standing)


def _it_stands(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    """Lead to what the person said in a campaign that has ended: it can be read."""
    messages.info(request, f"{campaign.name} is {campaign.state}: what you said stands.")
    return redirect("annotate:history", campaign.slug)


def _take(request: PersonRequest, row: Assignment, standing: Annotation) -> HttpResponse:
    form, service = form_and_service(row, request.POST)
    corrects = request.POST.get("corrects", "")
    if not form.is_valid():
        return correction_response(request, row, standing, form=form, status=422)
    try:
        service(
            assignment=row,
            corrects=whole_number(corrects),
            **form.answer(),  # type: ignore[attr-defined]
        )
    except (NotShown, CorrectedMeanwhile) as error:
        if isinstance(error, CorrectedMeanwhile):
            form.renew()
        form.add_error(None, f"Not saved. {error}")
        return correction_response(request, row, standing, form=form, status=409)
    except (CorrectionRefused, AlreadyAnswered) as error:
        return go_on(request, row.campaign, f"Not saved. {error}", messages.WARNING)
    words = "Saved: your correction stands."
    if note_of(standing):
        words += " The reviewer who sent it back to you looks at it once more."
    if submitted(standing).has_round_gone_on:
        words += " Its round had gone on with that; the next training uses the correction."
    if is_adjudicated(row.item):
        words += (
            " Somebody else has decided between the answers meanwhile: that word stays the last."
        )
    undo = undo_seconds_after(row)
    return go_on(request, row.campaign, words, messages.SUCCESS, undo=undo)
