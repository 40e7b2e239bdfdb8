"""What differs between two responses of an item, on demand."""

from itertools import combinations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.card.form_parts import LONGEST_REWRITE
from annotate.models import Assignment, AssignmentState
from annotate.queue.selectors.assignments import assignments_of
from annotate.text.diffing import difference
from annotate.work.views.showing import viewer_of, withheld_response
from models_srv.texts import with_lf
from oversight.models import ItemKind, Response

COMPARED = [
    *(ItemKind.PAIRWISE, ItemKind.GOLD, ItemKind.TAMPERED, ItemKind.ADJUDICATION, ItemKind.FLAWED),
]


@require_safe
@person_required
def diff(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Show two responses as one text with what was taken out and put in; `of` names them: AB."""
    row = get_object_or_404(_at_hand(request), pk=assignment_id)
    if row.item.kind not in COMPARED:
        raise Http404("This item compares no responses.")
    pairs = ["".join(pair) for pair in combinations("ABCD"[: len(row.order_shown)], 2)]
    of = request.GET.get("of") or pairs[0]
    if of not in pairs:
        raise Http404("There are no such two responses.")
    showing = viewer_of(request, row.campaign).showing(row.item.query.node)
    if withheld := withheld_response(request, row.campaign, showing):
        return withheld
    texts = _texts_by_place(row.item.response_ids, row.order_shown)
    context = {
        "assignment": row,
        "campaign": row.campaign,
        "left": of[0],
        "right": of[1],
        # On a card what is compared was asked for already.
        "blurred": "" if request.htmx else showing.veil,
        "others": [pair for pair in pairs if pair != of],
        "difference": difference(texts[of[0]], texts[of[1]]),
    }
    template = "annotate/work/diff.html#diff" if request.htmx else "annotate/work/diff.html"
    return render(request, template, context)


@require_POST
@person_required
def rewrite_diff(request: PersonRequest, assignment_id: int, place: str) -> HttpResponse:
    """Show what a person's text changes in the response at this place, while it is written."""
    row = get_object_or_404(_at_hand(request), pk=assignment_id)
    showing = viewer_of(request, row.campaign).showing(row.item.query.node)
    if withheld := withheld_response(request, row.campaign, showing):
        return withheld
    texts = _texts_by_place(row.item.response_ids, row.order_shown)
    if place not in texts:
        raise Http404("There is no such response.")
    original = with_lf(texts[place]).strip()
    # What is as it was is not sent.
    written = request.POST.get(f"rewrite-{place}", original)[:LONGEST_REWRITE]
    found = difference(original, with_lf(written).strip())
    is_same = all(change.kind == "same" for change in found.changes)
    context = {"difference": None if is_same else found}
    return render(request, "annotate/work/rewrite_diff.html", context)


def _at_hand(request: PersonRequest) -> QuerySet[Assignment]:
    """What the person has on a card: to judge, late perhaps, or to correct. Not what was handed back."""
    return assignments_of(request.user).exclude(state=AssignmentState.SKIPPED)


def _texts_by_place(response_ids: list[int], order_shown: str) -> dict[str, str]:
    texts = Response.objects.in_bulk(response_ids)
    by_letter = dict(zip("abcd", response_ids, strict=False))
    return {
        place: texts[by_letter[letter]].text
        for place, letter in zip("ABCD", order_shown, strict=False)
    }
