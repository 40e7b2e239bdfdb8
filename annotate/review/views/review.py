"""One review: taken, answered blind, compared, decided."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from annotate.access import PersonRequest, person_required
from annotate.errors import AnswersChanged, NotShown, NotTheirs
from annotate.models import Review, ReviewAnswer, ReviewState
from annotate.review.forms import DecisionForm
from annotate.review.selectors.card import held_for
from annotate.review.selectors.comparing import comparison_of
from annotate.review.selectors.own import has_part_in, is_deserted
from annotate.review.services.deciding import accept, correct, send_back
from annotate.review.services.holding import answer_blind, claim_review, give_back
from annotate.work.forms import form_and_service
from annotate.work.views.going_on import review_response
from annotate.work.views.showing import viewer_of, withheld_response
from oversight.errors import WrongState
from oversight.models import Campaign, ItemState
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    get_campaign,
    page_context,
    tell_outcome,
)

GROUPS = ("basics", "judging", "care", "measuring")
DONE = {
    "accept": "Accepted: the answers stay as they are.",
    "correct": "Corrected: your answer is the last word.",
    "send_back": "Sent back: they are asked to look at it again.",
}


@require_http_methods(GET_OR_POST)
@person_required
def review(request: PersonRequest, slug: str, review_id: int) -> HttpResponse:
    """Show the review; to who has it and has not answered yet, the card. POST takes that answer."""
    campaign, row = _one(request, slug, review_id)
    is_waiting = _is_held(request, row) and not _has_answered(request, row)
    if request.method == "POST":
        return _take(request, row)
    if is_waiting and row.item.state == ItemState.CLOSED:
        return review_response(request, held_for(row, request.user), _address(row))
    return _page(request, campaign, row)


def _take(request: PersonRequest, row: Review) -> HttpResponse:
    if not _is_held(request, row):
        messages.error(request, "Not saved: take the review first.")
        return redirect(_address(row))
    held = held_for(row, request.user)
    form, _ = form_and_service(held, request.POST, is_blind=True)
    if not form.is_valid():
        return review_response(request, held, _address(row), form)
    try:
        answer_blind(
            review=row,
            user=request.user,
            said=form.answer(),  # type: ignore[attr-defined]
            order_shown=held.order_shown,
        )
    except NotShown as error:
        form.add_error(None, str(error))
        return review_response(request, held, _address(row), form)
    except (NotTheirs, WrongState) as error:
        messages.error(request, f"Not saved: {error}.")
    return redirect(_address(row))


@require_POST
@person_required
def claim(request: PersonRequest, slug: str, review_id: int) -> HttpResponse:
    _, row = _one(request, slug, review_id)
    try:
        claim_review(review=row, user=request.user)
    except (NotTheirs, WrongState) as error:
        messages.error(request, f"Not done: {error}.")
    return redirect(_address(row))


@require_POST
@person_required
def hand_back(request: PersonRequest, slug: str, review_id: int) -> HttpResponse:
    """Put it back on the board: whoever has it, or runs the campaign."""
    campaign, row = _one(request, slug, review_id)
    runs = page_context(request, campaign, "reviews")["may"]["act_on_items"]
    tell_outcome(
        request,
        lambda: give_back(review=row, by=request.user, runs_campaign=runs),
        "Given back: somebody else can take it.",
    )
    return redirect("annotate:reviews", slug)


@require_POST
@person_required
def decide(request: PersonRequest, slug: str, review_id: int) -> HttpResponse:
    """Accept, correct or send back. 409 shows what has changed since, and keeps what was entered."""
    campaign, row = _one(request, slug, review_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, row, form, status=422)
    try:
        _decide(request, row, form.cleaned_data)
    except (AnswersChanged, NotTheirs, WrongState) as error:
        form.add_error(None, f"Not done: {error}.")
        return _page(request, campaign, row, form, status=409)
    messages.success(request, DONE[form.cleaned_data["decision"]])
    return redirect("annotate:reviews", slug)


def _decide(request: PersonRequest, row: Review, said: dict[str, Any]) -> None:
    about = {"review": row, "by": request.user, "looked_at": said["looked_at"]}
    if said["decision"] == "accept":
        accept(**about, note=said["note"])
    elif said["decision"] == "correct":
        words = {name: said[name] for name in ("preference", "rationale", "note")}
        correct(**about, **words)
    else:
        send_back(**about, judgement_id=said["answer"], note=said["note"])


def _one(request: PersonRequest, slug: str, review_id: int) -> tuple[Campaign, Review]:
    campaign = get_campaign(request, slug, Permission.REVIEW_ANSWERS, groups=GROUPS)
    rows = Review.objects.filter(campaign=campaign)
    related = ("item__query", "reviewer", "sent_back_to__annotator")
    row = get_object_or_404(rows.select_related(*related), pk=review_id)
    row.campaign = row.item.campaign = campaign
    return campaign, row


def _page(
    request: PersonRequest,
    campaign: Campaign,
    row: Review,
    form: DecisionForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    showing = viewer_of(request, campaign).showing(row.item.query.node)
    compared = comparison_of(row, request.user, as_item=True)
    if compared and (withheld := withheld_response(request, campaign, showing)):
        return withheld
    holds = _is_held(request, row)
    is_free = row.state == ReviewState.TODO or (not holds and is_deserted(row))
    context = page_context(
        request,
        campaign,
        "reviews",
        review=row,
        moves=row.moves.select_related("by", "sent_to"),
        compared=compared,
        showing=showing,
        holds=holds,
        can_take=is_free and row.item.state == ItemState.CLOSED,
        has_part=is_free and has_part_in(request.user, row.item),
        can_decide=holds and compared and row.item.state == ItemState.CLOSED,
        form=form or DecisionForm(),
    )
    return render(request, "annotate/review/review.html", context, status=status)


def _is_held(request: PersonRequest, row: Review) -> bool:
    return row.reviewer_id == request.user.pk and row.state != ReviewState.ADJUDICATED


def _has_answered(request: PersonRequest, row: Review) -> bool:
    return ReviewAnswer.objects.filter(review=row, reviewer=request.user).exists()


def _address(row: Review) -> str:
    return reverse("annotate:review", args=[row.campaign.slug, row.pk])
