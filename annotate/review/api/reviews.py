"""Reviews over REST: the board, one review, and the moves, by the same services as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from annotate.card.cards import card_for
from annotate.care.selectors.showing import Viewer
from annotate.models import Review, ReviewState
from annotate.review.api import serializers
from annotate.review.selectors.card import held_for
from annotate.review.selectors.comparing import comparison_of
from annotate.review.selectors.own import may_review
from annotate.review.services.choosing import ask_for_review
from annotate.review.services.deciding import accept, correct, send_back
from annotate.review.services.holding import answer_blind, claim_review, give_back
from annotate.work.api.answer_fields import form_fields, preference_field, refuse_other_kinds
from annotate.work.api.card_json import card_json
from annotate.work.api.problems import NotTaken, told_as_problems
from annotate.work.api.serializers import AnswerSerializer
from annotate.work.forms import form_and_service
from oversight.models import ItemState, Scope
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access
from oversight.rest.views import RestView

READ = {"GET": Access(Scope.READ, Permission.REVIEW_ANSWERS)}
WRITE = {"POST": Access(Scope.ANNOTATE, Permission.REVIEW_ANSWERS)}
DETAIL = {200: serializers.ReviewDetailSerializer}
RELATED = ("reviewer", "item__query", "campaign__basics", "campaign__judging", "campaign__care")


class ReviewList(CampaignRows):
    """The board: the campaign's reviews, the oldest first."""

    access = READ
    serializer_class = serializers.ReviewSerializer
    filter_class = serializers.ReviewFilters

    def get_queryset(self) -> QuerySet[Review]:
        rows = Review.objects.filter(campaign=self.campaign).select_related("reviewer")
        if state := self.wanted.get("state"):
            rows = rows.filter(state=state)
        reason = self.wanted.get("reason")
        return rows.filter(reasons__contains=[reason]) if reason else rows


class ShowsReview(RestView):
    """Shows a review as it is to whoever asks."""

    serializer_class = serializers.ReviewDetailSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), **getattr(self, "about", {})}

    def show_review(self, review_id: int, status: int = 200) -> HttpResponse:
        """Read it anew, and with it what this person may see."""
        row = (
            Review.objects.select_related(*RELATED).prefetch_related("moves__by").get(pk=review_id)
        )
        row.item.campaign = row.campaign
        self.about = _about(row, self.request)
        return self.show(row, status=status)


class ReviewDetail(ShowsReview, CampaignView):
    """One review."""

    access = READ

    def get(self, request: Request, slug: str, review_id: int) -> HttpResponse:
        """Return the review: its card to who has it, the others' answers once they have answered."""
        found = get_object_or_404(Review, campaign=self.campaign, pk=review_id)
        return self.show_review(found.pk)


class AskForReview(ShowsReview, CampaignView):
    """An item is put on the board by hand."""

    access = WRITE

    @extend_schema(request=serializers.AskSerializer, responses=DETAIL)
    def post(self, request: Request, slug: str, item_id: int) -> HttpResponse:
        """Have a closed item reviewed, once more if it was before. 409: nobody has answered it."""
        item = get_object_or_404(self.campaign.items, pk=item_id)
        note = self.read(serializers.AskSerializer)["note"]
        found = ask_for_review(item_id=item.pk, by=user_of(request), note=note)
        return self.show_review(found.pk)


class ClaimReview(ShowsReview, CampaignView):
    """A review is taken."""

    access = WRITE

    @extend_schema(request=None, responses=DETAIL)
    def post(self, request: Request, slug: str, review_id: int) -> HttpResponse:
        """Take the review; twice is once. 409: somebody else has it, or one has answered the item."""
        self.read_nothing()
        found = get_object_or_404(Review, campaign=self.campaign, pk=review_id)
        claim_review(review=found, user=user_of(request))
        return self.show_review(found.pk)


class OwnReview(ShowsReview):
    """A review that one has."""

    access = {"POST": Access(Scope.ANNOTATE)}
    refuses = {410: "Nobody is asked about the item any more, or it is answered."}
    serializer_class = serializers.ReviewDetailSerializer

    def own(self, review_id: int) -> Review:
        """Return what the person has; others' are not found."""
        rows = Review.objects.unfinished().select_related(*RELATED)
        user = user_of(self.request)
        row = rows.filter(pk=review_id, reviewer=user).first()
        if row is None or not may_review(user, row.campaign):
            raise Http404("You have no such review.")
        row.item.campaign = row.campaign
        return row


class AnswerReview(OwnReview):
    """What one answers before one sees the others."""

    @extend_schema(request=AnswerSerializer, responses=DETAIL)
    def post(self, request: Request, review_id: int) -> HttpResponse:
        """Answer by oneself; what the others said is in what comes back. The first answer stands."""
        row = self.own(review_id)
        held = held_for(row, user_of(request))
        said = AnswerSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        card = card_for(held)
        refuse_other_kinds(card, said.validated_data)
        form, _ = form_and_service(held, form_fields(card, said.validated_data), is_blind=True)
        if not form.is_valid():
            raise ValidationError({"non_field_errors": [str(e) for e in form.errors.values()]})
        with told_as_problems():
            answer_blind(
                review=row,
                user=user_of(request),
                said=form.answer(),  # type: ignore[attr-defined]
                order_shown=held.order_shown,
            )
        return self.show_review(row.pk)


class AcceptReview(OwnReview):
    """The answers stay as they are."""

    @extend_schema(request=serializers.DecisionSerializer, responses=DETAIL)
    def post(self, request: Request, review_id: int) -> HttpResponse:
        """Accept the answers. 409: one has changed since, or the item was withdrawn."""
        row, said = self.own(review_id), self.read(serializers.DecisionSerializer)
        accept(review=row, by=user_of(request), **said)
        return self.show_review(row.pk)


class CorrectReview(OwnReview):
    """One's own word is the last."""

    @extend_schema(request=serializers.CorrectSerializer, responses=DETAIL)
    def post(self, request: Request, review_id: int) -> HttpResponse:
        """Correct the answers of a comparison. 409: one has changed since, or it has a known answer."""
        row, said = self.own(review_id), self.read(serializers.CorrectSerializer)
        letters = list("ABCD"[: len(row.item.response_ids)])
        correct(
            review=row,
            by=user_of(request),
            looked_at=said["looked_at"],
            preference=preference_field(letters, said),
            rationale=said["rationale"],
            note=said["note"],
        )
        return self.show_review(row.pk)


class SendBackReview(OwnReview):
    """Somebody is asked to look at their answer again."""

    @extend_schema(request=serializers.SendBackSerializer, responses=DETAIL)
    def post(self, request: Request, review_id: int) -> HttpResponse:
        """Send one answer back with a note. 409: it has changed, or who gave it is not there."""
        row, said = self.own(review_id), self.read(serializers.SendBackSerializer)
        send_back(
            review=row,
            by=user_of(request),
            looked_at=said["looked_at"],
            judgement_id=said["answer"],
            note=said["note"],
        )
        return self.show_review(row.pk)


class GiveBackReview(OwnReview):
    """A review that one has is put back."""

    @extend_schema(request=None, responses={200: serializers.ReviewDetailSerializer})
    def post(self, request: Request, review_id: int) -> HttpResponse:
        """Put the review back on the board for anybody to take."""
        self.read_nothing()
        row = give_back(review=self.own(review_id), by=user_of(request))
        return self.show_review(row.pk)


def _about(row: Review, request: Request) -> dict[str, Any]:
    """Return the card to who has the review, and the others' answers to who has answered it."""
    user = user_of(request)
    is_held = row.reviewer_id == user.pk and row.state != ReviewState.ADJUDICATED
    compared = comparison_of(row, user)
    if not is_held and compared is None:
        return {}
    showing = Viewer(user, row.campaign).showing(row.item.query.node)
    if showing.withheld:
        raise NotTaken(
            "Its texts are not shown to you as things are now.", code=str(showing.withheld)
        )
    is_open = is_held and row.item.state == ItemState.CLOSED
    return {"card": _card(row, request) if is_open else None, "compared": compared}


def _card(row: Review, request: Request) -> dict[str, Any]:
    shown = card_json(card_for(held_for(row, user_of(request))))
    shown["asks_flaws"] = False  # who reviews is not made to say it
    return {name: shown[name] for name in shown if name not in ("id", "expires_at")}
