"""The pages of reviews: the board, the card that is answered blind, what is compared, what comes back."""

from django.urls import reverse

from annotate.review.selectors.standing import seen, standing_answers
from annotate.review.services.deciding import send_back
from annotate.review.services.holding import claim_review
from tests.annotate.review.conftest import make_answered


def review_pages():
    """Return pages of a campaign of their own: (name, who, path)."""
    first = make_answered()
    campaign, reviewer, annotator = first.campaign, first.reviewer, first.people[0]
    compared = first.answered()
    send_back(
        review=compared,
        by=reviewer,
        looked_at=seen(standing_answers(first.item)),
        judgement_id=first.judgement(annotator).pk,
        note="Are the chairs beads? Read line 3 again.",
    )
    second = make_answered(campaign=campaign, query_text="How many pens are left?")
    blind = claim_review(review=second.ask(), user=reviewer)
    third = make_answered(campaign=campaign, query_text="How many books are left?")
    third.ask()
    board = reverse("annotate:reviews", args=[campaign.slug])
    return [
        ("reviews", reviewer, board),
        ("reviews-held", reviewer, f"{board}?state=in_review"),
        ("review", reviewer, reverse("annotate:review", args=[campaign.slug, compared.pk])),
        ("review-card", reviewer, reverse("annotate:review", args=[campaign.slug, blind.pk])),
        ("sent-back", annotator, reverse("annotate:next", args=[campaign.slug])),
        ("sent-back-work", annotator, reverse("annotate:history", args=[campaign.slug])),
    ]
