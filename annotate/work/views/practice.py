"""Qualification: gold items one by one, with feedback after each."""

import re
from random import Random

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from annotate.access import PersonRequest, person_required
from annotate.campaigns import annotatable_campaigns
from annotate.card.forms import AnnotationForm
from annotate.errors import AlreadyAnswered
from annotate.models import Assignment, QualificationAnswer
from annotate.queue.selectors.gates import Gate, gate_before
from annotate.queue.selectors.qualification import next_practice_item, qualification_of
from annotate.work.services.qualification import answer_practice_item
from annotate.work.views.going_on import practice_response
from annotate.work.views.showing import viewer_of, withheld_response
from oversight.models import Campaign, ReviewItem

ITEM_ID = re.compile(r"\d{1,18}", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def practice(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the next item to practise on, or take its answer and lead to the feedback."""
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    gate = gate_before(request.user, campaign)
    # What was on the page when a break fell due is still taken.
    if request.method == "POST" and gate != Gate.CONSENT:
        return _take(request, campaign)
    item = next_practice_item(request.user, campaign)
    status = qualification_of(request.user, campaign)
    if gate != Gate.QUALIFICATION or item is None or status.is_over:
        return redirect("annotate:next", campaign.slug)
    return practice_response(request, _held(request, item), status)


def _take(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    item_id = request.POST.get("item", "")
    if not ITEM_ID.fullmatch(item_id):
        raise Http404
    item = get_object_or_404(ReviewItem, pk=item_id, campaign=campaign)
    held = _held(request, item)
    form = AnnotationForm(request.POST, order_shown=held.order_shown)
    if not form.is_valid():
        status = qualification_of(request.user, campaign)
        return practice_response(request, held, status, form)
    try:
        answer = answer_practice_item(
            user=request.user,
            campaign=campaign,
            item_id=item.pk,
            choice=str(form.preferred()["choice"]),
            order_shown=held.order_shown,
        )
    except AlreadyAnswered as error:
        messages.warning(request, str(error))
        return redirect("annotate:practice", campaign.slug)
    return redirect("annotate:practice-feedback", campaign.slug, answer.pk)


def _held(request: PersonRequest, item: ReviewItem) -> Assignment:
    """What the card is made from. It is not saved: practice takes no seat."""
    return Assignment(
        pk=0,
        item=item,
        campaign=item.campaign,
        annotator=request.user,
        order_shown=_order(request, item),
        expires_at=timezone.now(),
    )


@require_safe
@person_required
def feedback(request: PersonRequest, slug: str, answer_id: int) -> HttpResponse:
    """Say how the person did on one item that they practised on."""
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    answers = QualificationAnswer.objects.filter(user=request.user, campaign=campaign)
    answer = get_object_or_404(
        answers.select_related(
            "item__campaign", "item__query", "item__response_a", "item__response_b"
        ),
        pk=answer_id,
    )
    showing = viewer_of(request, campaign).showing(answer.item.query.node)
    if withheld := withheld_response(request, campaign, showing):
        return withheld
    context = {
        "campaign": campaign,
        "answer": answer,
        "right": _words(answer.item.expected, answer.order_shown),
        "said": _words(answer.choice, answer.order_shown),
        "responses": list(zip("AB", _in_order(answer.item, answer.order_shown), strict=True)),
        "status": qualification_of(request.user, campaign),
        "blurred": showing.veil,
    }
    return render(request, "annotate/work/practice_feedback.html", context)


def _order(request: PersonRequest, item: ReviewItem) -> str:
    """Drawn once for a person and an item, and the same whenever the page is opened again."""
    return Random(f"{request.user.pk}:{item.pk}").choice(["ab", "ba"])


def _in_order(item: ReviewItem, order: str) -> list[object]:
    return [{"a": item.response_a, "b": item.response_b}[key] for key in order]


def _words(choice: str, order: str) -> str:
    if choice in ("a", "b"):
        return f"{'AB'[order.index(choice)]} is better"
    return {"tie": "Tie", "both_bad": "Both bad"}.get(choice, choice)
