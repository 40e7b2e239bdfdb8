"""An item that two people have answered, each otherwise, and somebody who reviews."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client

from annotate.card.forms import AnnotationForm
from annotate.models import Assignment, Review
from annotate.queue.services.leases import lease_next
from annotate.review.services.choosing import ask_for_review
from annotate.review.services.holding import answer_blind, claim_review
from annotate.work.services.submissions import submit_annotation
from oversight.models import Campaign, Judgement, ReviewItem, User
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_member


@dataclass
class Answered:
    campaign: Campaign
    item: ReviewItem
    people: list[User]
    reviewer: User

    def answer(self, person: User, choice: str) -> Assignment:
        row = lease_next(user=person, campaign=self.campaign)
        submit(row, choice)
        return row

    def judgement(self, person: User) -> Judgement:
        return Judgement.objects.standing().get(item=self.item, user=person)

    def ask(self) -> Review:
        return ask_for_review(item_id=self.item.pk, by=self.reviewer)

    def claim(self) -> Review:
        return claim_review(review=self.ask(), user=self.reviewer)

    def answered(self, preference: str = "6", order: str = "ab") -> Review:
        """Return the review once its reviewer has answered blind: as it is, B is better."""
        review = self.claim()
        answer_blind(
            review=review, user=self.reviewer, said=said_by(preference, order), order_shown=order
        )
        return review


def said_by(preference, order="ab", **more):
    """What the card's form gives, where nothing but the preference was chosen, and `more`."""
    sent = QueryDict(mutable=True)
    sent.update(
        {"submission": str(uuid4()), "preference": preference, "rationale": "Sums.", **more}
    )
    form = AnnotationForm(sent, order_shown=order)
    assert form.is_valid()
    return form.answer()


def submit(row, choice, **fields):
    strength = 2 if choice in "ab" else None
    return submit_annotation(
        assignment=row, submission=uuid4(), choice=choice, strength=strength, verdicts={}, **fields
    )


def make_answered(choices="ab", **fields) -> Answered:
    pair = make_reviewed_pair(annotators=len(choices), **fields)
    people = [pair.user, *(pair.another() for _ in choices[1:])]
    found = Answered(pair.campaign, pair.item, people, make_member(pair.campaign, "reviewer"))
    for person, choice in zip(people, choices, strict=True):
        found.answer(person, choice)
    pair.item.refresh_from_db()
    return found


@pytest.fixture
def answered(db):
    return make_answered()


@pytest.fixture
def page(answered):
    """The reviewer's browser."""
    client = Client()
    client.force_login(answered.reviewer)
    return client
