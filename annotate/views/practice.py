"""Qualification: gold items one by one, with feedback after each."""

from random import Random

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotate.errors import AlreadyAnswered
from annotate.models import QualificationAnswer
from annotate.selectors.gates import Gate, gate_before
from annotate.selectors.qualification import next_practice_item, qualification_of
from annotate.selectors.queue import annotatable_campaigns, current_principles
from annotate.services.qualification import answer_practice_item
from annotate.small_forms import PracticeForm
from annotate.views.access import PersonRequest, person_required
from annotate.views.showing import viewer_of, withheld_response
from oversight.models import Campaign, ReviewItem


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def practice(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the next item to practise on, or take its answer and lead to the feedback."""
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    gate = gate_before(request.user, campaign)
    form = PracticeForm(request.POST or None)
    # What was on the page when a break fell due is still taken.
    if request.method == "POST" and gate != Gate.CONSENT and form.is_valid():
        return _take(request, campaign, form)
    item = next_practice_item(request.user, campaign)
    status = qualification_of(request.user, campaign)
    if gate != Gate.QUALIFICATION or item is None or status.is_over:
        return redirect("annotate:next", campaign.slug)
    showing = viewer_of(request, campaign).showing(item.query.node)
    if withheld := withheld_response(request, campaign, showing):
        return withheld
    order = _order(request, item)
    context = {
        "campaign": campaign,
        "item": item,
        "status": status,
        "form": form,
        "responses": list(zip("AB", _in_order(item, order), strict=True)),
        "principles": current_principles(campaign),
        "blurred": showing.veil,
    }
    return render(request, "annotate/practice.html", context, status=422 if form.errors else 200)


def _take(request: PersonRequest, campaign: Campaign, form: PracticeForm) -> HttpResponse:
    item = get_object_or_404(ReviewItem, pk=form.cleaned_data["item"], campaign=campaign)
    order = _order(request, item)
    try:
        answer = answer_practice_item(
            user=request.user,
            campaign=campaign,
            item_id=item.pk,
            choice=form.choice(order),
            order_shown=order,
        )
    except AlreadyAnswered as error:
        messages.warning(request, str(error))
        return redirect("annotate:practice", campaign.slug)
    return redirect("annotate:practice-feedback", campaign.slug, answer.pk)


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
    return render(request, "annotate/practice_feedback.html", context)


def _order(request: PersonRequest, item: ReviewItem) -> str:
    """Drawn once for a person and an item, and the same whenever the page is opened again."""
    return Random(f"{request.user.pk}:{item.pk}").choice(["ab", "ba"])


def _in_order(item: ReviewItem, order: str) -> list[object]:
    return [{"a": item.response_a, "b": item.response_b}[key] for key in order]


def _words(choice: str, order: str) -> str:
    if choice in ("a", "b"):
        return f"{'AB'[order.index(choice)]} is better"
    return {"tie": "Tie", "both_bad": "Both bad"}.get(choice, choice)
