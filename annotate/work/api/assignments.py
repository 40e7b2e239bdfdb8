"""Items over REST: claim one, answer it, skip or flag it, as a browser does and by the same rules."""

from typing import Any

from django.forms.utils import ErrorDict
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from annotate.campaigns import GROUPS_READ
from annotate.card.cards import card_for
from annotate.care.selectors.showing import Viewer
from annotate.models import Annotation, Assignment, AssignmentState
from annotate.queue.selectors.assignments import assignment_of, refuse_ended
from annotate.queue.selectors.gates import Gate, gate_before
from annotate.queue.services.leases import lease_next, skip_assignment
from annotate.work.api import serializers
from annotate.work.api.answer_fields import form_fields, refuse_other_kinds
from annotate.work.api.card_json import card_json
from annotate.work.api.problems import Gone, NotTaken, told_as_problems
from annotate.work.forms import form_and_service
from annotate.work.services.flags import flag_assignment
from annotate.work.services.submissions import answer_blind
from annotate.work.views.workbench import STATE_WORDS
from oversight.models import ItemState, Scope
from oversight.people.api import user_of
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import campaigns_as_member, demand_at_work
from oversight.rest.scopes import Access
from oversight.rest.views import RestView

CARD = OpenApiResponse(serializers.CardSerializer)
NOTHING_LEFT = OpenApiResponse(description="Nothing is left to judge right now.")
BEFORE = {
    Gate.CONSENT: "Its content warning has to be accepted first, in the browser.",
    Gate.QUALIFICATION: "Practice items come first, in the browser.",
    Gate.BREAK: "A break is due.",
}


class WorkView(RestView):
    """What one does with items oneself: whose they are decides, not a role."""

    access = {method: Access(Scope.ANNOTATE) for method in ("GET", "POST")}
    refuses = {410: "Nobody is asked about the item any more, or it is answered."}


class ClaimItem(WorkView):
    """The door of annotation tools and judges: one item at a time, leased to whoever asks."""

    @extend_schema(request=None, responses={200: CARD, 204: NOTHING_LEFT})
    def post(self, request: Request, slug: str) -> Response:
        """Return the card of what one holds, else of the next item, leased from now on.

        Annotators may. Asked twice it is the same card. 409: something comes before the queue, or the
        campaign is paused or finished.
        A program that judges by itself has an account of its own, marked as simulated: what it says
        never counts as a person's.
        """
        self.read_nothing()
        user = user_of(request)
        campaigns = campaigns_as_member(user, Permission.ANNOTATE).select_related(*GROUPS_READ)
        campaign = get_object_or_404(campaigns, slug=slug)
        demand_at_work(campaign)
        row = lease_next(user=user, campaign=campaign)
        if row is None and (gate := gate_before(user, campaign)):
            raise NotTaken(BEFORE[gate], code=str(gate))
        if row is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(_shown(request, row))


class AssignmentDetail(WorkView):
    """An item that one holds."""

    @extend_schema(responses=CARD)
    def get(self, request: Request, assignment_id: int) -> Response:
        """Return the card of an item that one holds; 410: it is answered, skipped or gone."""
        row = own_assignment(request, assignment_id)
        words = STATE_WORDS.get(AssignmentState(row.state))
        if words or row.item.state != ItemState.OPEN:
            raise Gone(words or "This item was closed meanwhile.")
        return Response(_shown(request, row))


class AnswerItem(WorkView):
    """An answer to an item that one holds."""

    @extend_schema(
        request=serializers.AnswerSerializer,
        responses={
            201: serializers.SavedSerializer,
            200: OpenApiResponse(CARD.response, description="The blind answer is saved."),
        },
    )
    def post(self, request: Request, assignment_id: int) -> Response:
        """Save an answer. The same submission sent again is the same answer.

        A blind answer is followed by the card with its critiques, for the final one.
        """
        row = own_assignment(request, assignment_id)
        said = serializers.AnswerSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        if said.validated_data["phase"] == "blind":
            _take_blind(row, said.validated_data)
            return Response(_shown(request, row))
        saved = _take(row, said.validated_data)
        return Response(serializers.SavedSerializer(saved).data, status=status.HTTP_201_CREATED)


class SkipItem(WorkView):
    """An item that one holds is handed back."""

    @extend_schema(request=serializers.SkipSerializer, responses={204: None})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Hand the item back; it comes again when nothing else is left. Twice is once."""
        row = own_assignment(request, assignment_id)
        said = serializers.SkipSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        with told_as_problems():
            skip_assignment(assignment=row, reason=said.validated_data["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class FlagItem(WorkView):
    """An item that one holds is said to be faulty."""

    @extend_schema(request=serializers.FlagSerializer, responses={204: None})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Say that something is wrong with the item itself: it is handed back, a reviewer looks at it."""
        row = own_assignment(request, assignment_id)
        said = serializers.FlagSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        with told_as_problems():
            flag_assignment(assignment=row, **said.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


def own_assignment(request: Request, assignment_id: int) -> Assignment:
    """Return what is leased to whoever asks; others' are not found."""
    if row := assignment_of(user_of(request), assignment_id):
        return row
    refuse_ended(user_of(request), assignment_id)
    raise Http404("You hold no such assignment.")


def _shown(request: Request, row: Assignment) -> dict[str, Any]:
    """Return the card, where its text may be shown to the person as things are now."""
    card = card_for(row)
    if withheld := Viewer(user_of(request), card.campaign).showing(card.item.query.node).withheld:
        raise NotTaken("Its texts are not shown to you as things are now.", code=str(withheld))
    return card_json(card)


def _take(row: Assignment, said: dict[str, Any]) -> Annotation:
    card = card_for(row)
    refuse_other_kinds(card, said)
    form, service = form_and_service(row, form_fields(card, said))
    if not form.is_valid():
        raise ValidationError(_by_field(form.errors))
    with told_as_problems():
        answer = form.answer()  # type: ignore[attr-defined]
        saved: Annotation = service(assignment=row, corrects=said.get("corrects"), **answer)
    return saved


def _take_blind(row: Assignment, said: dict[str, Any]) -> None:
    card = card_for(row)
    refuse_other_kinds(card, said)
    form, _ = form_and_service(row, form_fields(card, said), is_blind=True)
    if not form.is_valid():
        raise ValidationError(_by_field(form.errors))
    preferred = form.preferred()  # type: ignore[attr-defined]
    with told_as_problems():
        answer_blind(
            assignment=row,
            **preferred,
            rationale=said["rationale"],
            seconds=form.cleaned_data["seconds"],
        )


def _by_field(errors: ErrorDict) -> dict[str, list[str]]:
    """Name the fields as they were sent."""
    names = {"preference": "choice", "__all__": "non_field_errors"}
    return {names.get(name, name): [str(each) for each in found] for name, found in errors.items()}
