"""The board of a campaign's reviews, and the button by which an item comes there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.models import ReviewState
from annotate.review.forms import BoardForm
from annotate.review.selectors.board import board_rows, counts_of, first_waiting, reviews_of
from annotate.review.services.choosing import ask_for_review
from annotate.work.views.showing import viewer_of
from oversight.errors import WrongState
from oversight.lists import MOST_COUNTED, TOO_SLOW, TooSlow, patient, planned_anew
from oversight.models import Campaign
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import get_campaign, page_context


@require_safe
@person_required
@planned_anew()
def board(request: PersonRequest, slug: str) -> HttpResponse:
    """Show a page of the reviews in one state; 400 says that the address is not understood."""
    campaign = get_campaign(request, slug, Permission.REVIEW_ANSWERS, groups=("care",))
    form, problem = BoardForm(request.GET), ""
    found: dict[str, object] = {"state": ReviewState.TODO}
    if form.is_valid():
        try:
            with patient():
                found = _found(request, campaign, form)
        except TooSlow:
            problem = TOO_SLOW
    else:
        problem = "There is no such list of reviews."
    context = page_context(request, campaign, "reviews", form=form, problem=problem, **found)
    context["most"] = MOST_COUNTED
    return render(request, "annotate/review/board.html", context, status=400 if problem else 200)


def _found(request: PersonRequest, campaign: Campaign, form: BoardForm) -> dict[str, object]:
    asked, counts = form.cleaned_data, counts_of(campaign)
    state = ReviewState(asked["state"] or first_waiting(counts))
    rows, after = board_rows(
        reviews_of(
            campaign,
            state,
            reason=asked["reason"],
            reviewer=request.user if asked["mine"] else None,
        ),
        viewer_of(request, campaign),
        after=asked["after"],
        is_falling=state == ReviewState.ADJUDICATED,
    )
    return {
        "state": state,
        "rows": rows,
        "next": after,
        "counts": counts,
        "is_narrowed": bool(asked["reason"] or asked["mine"]),
    }


@require_POST
@person_required
def ask(request: PersonRequest, slug: str, item_id: int) -> HttpResponse:
    """Put an item on the board, and lead to its review."""
    campaign = get_campaign(request, slug, Permission.REVIEW_ANSWERS)
    item = get_object_or_404(campaign.items, pk=item_id)
    try:
        found = ask_for_review(item_id=item.pk, by=request.user)
    except WrongState as error:
        messages.error(request, f"Not done: {error}.")
        return redirect("item", slug, item.pk)
    return redirect("annotate:review", slug, found.pk)
