"""A reviewer's own answer becomes the last word on an item: an annotation like any other."""

from uuid import uuid4

from django.utils import timezone

from annotate.card.answers import Extras
from annotate.card.positions import chosen, preferences
from annotate.models import Annotation, Assignment, AssignmentState, ReviewAnswer
from annotate.work.services.submissions import comparison_payload, record_comparison
from oversight.errors import WrongState
from oversight.feedback.services.adjudication import adjudication_by_review
from oversight.feedback.services.settling import settle_item
from oversight.models import ReviewItem


def write_correction(
    *, item: ReviewItem, answer: ReviewAnswer, preference: str, rationale: str
) -> Annotation:
    """Write the reviewer's answer, preferring this by place, as the adjudication of a locked item, and
    let follow what the answers mean now. Call inside the transaction that ends the review.

    What else they said on their card (of comments, scores, rewrites) goes with it.
    """
    order, blind = answer.order_shown, answer.payload
    if preference not in dict(preferences(order)):
        raise WrongState("there is no such answer")
    if item.campaign.judging.is_rationale_required and not rationale.strip():
        raise WrongState("say why: this campaign asks for a reason")
    choice, strength = chosen(preference, order)
    adjudication = adjudication_by_review(item)
    assignment = Assignment.objects.create(
        campaign_id=item.campaign_id,
        item=adjudication,
        annotator=answer.reviewer,
        state=AssignmentState.SUBMITTED,
        order_shown=order,
        expires_at=timezone.now(),
    )
    said = {
        "choice": choice,
        "strength": strength,
        "verdicts": {int(pk): verdict for pk, verdict in blind["verdicts"].items()},
        "critiques_shown": blind["critiques_shown"],
        "rationale": rationale,
        "seconds": blind["seconds"],
        "extras": Extras.of(blind),
    }
    annotation = Annotation.objects.create(
        assignment=assignment,
        submission=uuid4(),
        payload=comparison_payload(order_shown=order, **said),
        judgement=record_comparison(item=adjudication, assignment=assignment, **said),
    )
    settle_item(item=adjudication, is_closing=True)
    return annotation
