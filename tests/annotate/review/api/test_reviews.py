"""Reviews over REST: the same moves, by the same rules."""

from uuid import uuid4

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from annotate.models import Annotation, Review
from annotate.review.selectors.standing import seen, standing_answers
from oversight.models import Judgement, ReviewItem
from oversight.people.services.tokens import make_token
from tests.annotate.review.conftest import submit
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def rest(answered):
    return client_of(answered.reviewer)


def client_of(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=user)}")
    return client


def of(answered, name, **more):
    return reverse(f"api-{name}", kwargs={"slug": answered.campaign.slug, **more})


def own(review, name):
    return reverse(f"api-review-{name}", args=[review.pk])


def blind(preference="B"):
    return {"submission": str(uuid4()), "choice": preference}


def looked_at(answered):
    return {"looked_at": seen(standing_answers(answered.item))}


def test_from_the_board_to_the_end(rest, answered):
    ReviewItem.objects.filter(pk=answered.item.pk).update(asks_flaws=True)
    ask = rest.post(
        of(answered, "review-ask", item_id=answered.item.pk), {"note": "Odd."}, format="json"
    )
    assert (ask.status_code, ask.json()["state"]) == (200, "todo")
    review = Review.objects.get()
    board = rest.get(of(answered, "reviews"), {"state": "todo", "reason": "by_hand"}).json()
    assert [each["id"] for each in board["results"]] == [review.pk]
    assert rest.get(of(answered, "reviews"), {"reason": "random"}).json()["results"] == []
    taken = rest.post(of(answered, "review-claim", review_id=review.pk)).json()
    assert (taken["reviewer"], taken["compared"]) == (answered.reviewer.username, None)
    assert taken["card"]["question"] == "Which response is better?"
    assert taken["card"]["asks_flaws"] is False
    compared = rest.post(own(review, "answer"), blind(), format="json").json()["compared"]
    assert len(compared["said"]) == 2
    names = {person.username for person in answered.people}
    assert names.isdisjoint(each["annotator"] for each in compared["said"])
    body = {"looked_at": compared["looked_at"], "choice": "A", "rationale": "Sums."}
    done = rest.post(own(review, "correct"), body, format="json").json()
    assert (done["state"], done["outcome"]) == ("adjudicated", "corrected")
    assert [each["kind"] for each in done["moves"]] == [
        *("chosen", "claimed", "answered", "corrected")
    ]
    assert Judgement.objects.get(user=answered.reviewer).item.adjudicates == answered.item


def test_a_review_comes_with_its_version(rest, answered):
    address = of(answered, "review", review_id=answered.ask().pk)
    first = rest.get(address)
    assert rest.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    answered.claim()
    assert rest.get(address)["ETag"] != first["ETag"]


def test_it_is_sent_back_and_answered_again(rest, answered):
    review, annotator = answered.answered(), answered.people[0]
    said = answered.judgement(annotator)
    body = {**looked_at(answered), "answer": said.pk, "note": "Line 3."}
    assert rest.post(own(review, "send-back"), body, format="json").json()["is_sent_back"]
    mine = Annotation.objects.get(judgement=said)
    submit(mine.assignment, "b", corrects=mine.pk)
    shown = rest.get(of(answered, "review", review_id=review.pk)).json()
    assert shown["state"] == "second_look"
    assert shown["moves"][-1]["kind"] == "answered_again"
    assert shown["moves"][-1]["by"] != annotator.username
    done = rest.post(own(review, "accept"), looked_at(answered), format="json").json()
    assert done["outcome"] == "accepted"


def test_what_has_changed_meanwhile_is_not_decided(rest, answered):
    review, body = answered.answered(), looked_at(answered)
    mine = Annotation.objects.get(judgement__user=answered.people[0])
    submit(mine.assignment, "b", corrects=mine.pk)
    refused = rest.post(own(review, "accept"), body, format="json")
    assert refused.status_code == 409
    assert "has changed since" in refused.json()["detail"]


def test_somebody_elses_review_is_not_found(answered):
    review = answered.answered()
    other = client_of(make_member(answered.campaign, "reviewer"))
    for name in ("answer", "accept", "correct", "send-back", "give-back"):
        assert other.post(own(review, name), {}, format="json").status_code == 404, name
    shown = other.get(of(answered, "review", review_id=review.pk)).json()
    assert (shown["card"], shown["compared"]) == (None, None)
    claim = other.post(of(answered, "review-claim", review_id=review.pk))
    assert claim.status_code == 409


def test_who_is_no_reviewer_any_more_has_none(rest, answered):
    review = answered.answered()
    answered.campaign.members.filter(user=answered.reviewer).delete()
    assert rest.post(own(review, "accept"), looked_at(answered), format="json").status_code == 404


def test_nobody_takes_what_they_have_answered(answered):
    make_member(answered.campaign, "reviewer", answered.people[0])
    claim = client_of(answered.people[0]).post(
        of(answered, "review-claim", review_id=answered.ask().pk)
    )
    assert claim.status_code == 409


def test_it_is_given_back(rest, answered):
    review = answered.claim()
    assert rest.post(own(review, "give-back")).json()["state"] == "todo"
    assert rest.post(own(review, "give-back")).status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "field"),
    [
        ("answer", {"submission": str(uuid4())}, "non_field_errors"),
        ("accept", {}, "looked_at"),
        ("accept", {"looked_at": "1", "why": "?"}, "why"),
        ("correct", {"looked_at": "1"}, "choice"),
        ("send-back", {"looked_at": "1", "answer": 1}, "note"),
    ],
)
def test_what_is_missing_is_named(rest, answered, name, body, field):
    refused = rest.post(own(answered.claim(), name), body, format="json")
    assert refused.status_code == 400
    assert field in str(refused.json()["errors"])


def test_who_is_to_answer_first_reads_nobody_elses_judgement(rest, answered):
    def shown():
        return rest.get(of(answered, "judgements")).json()["results"]

    first = shown()[0]["id"]
    rest.post(of(answered, "review-ask", item_id=answered.item.pk), {"note": "Odd."}, format="json")
    review = Review.objects.get()
    rest.post(of(answered, "review-claim", review_id=review.pk))
    assert shown() == []
    assert rest.get(of(answered, "judgement", judgement_id=first)).status_code == 404
    rest.post(own(review, "answer"), blind(), format="json")
    assert first in [each["id"] for each in shown()]
