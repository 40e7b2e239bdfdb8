"""Items that ask of each step whether it is right, or how good each critique is."""

from html import unescape
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from annotate.models import Assignment
from oversight.feedback.services.judgements import record_judgement
from oversight.models import (
    CritiqueRating,
    ItemKind,
    Judgement,
    Preference,
    ReviewItem,
    StepLabel,
)
from tests.annotate.records import WRONG, make_critique, url
from tests.factories import make_query, make_response

pytestmark = pytest.mark.django_db


@pytest.fixture
def steps(pair):
    query = make_query(pair.campaign, "Step by step?")
    response = make_response(query, "one\n\n  two \nthree\nfour")
    ReviewItem.objects.create(
        campaign=pair.campaign, query=query, response_a=response, kind=ItemKind.STEPS, priority=9
    )
    return pair.lease()


def test_steps_end_at_the_first_error(client, steps):
    page = client.get(url("assignment", steps)).content.decode()
    assert page.count('class="step"') == 4
    assert "Irrelevant" not in page
    data = {
        "submission": uuid4(),
        "step-0": "good",
        "step-1": "neutral",
        "step-2": "bad",
        "step-3": "good",
    }
    assert client.post(url("submit_steps", steps), data).status_code == 302
    text = steps.item.response_a.text
    labels = [(text[row.start : row.end], row.label) for row in StepLabel.objects.all()]
    assert labels == [("one", 1), ("two", 0), ("three", -1)]
    judgement = Judgement.objects.get()
    assert (judgement.choice, judgement.p_a_better, judgement.arm) == ("", None, "")
    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        pytest.param({"step-0": "good"}, "Step 2 has no label", id="one-left-out"),
        pytest.param({}, "Step 1 has no label", id="none"),
        pytest.param({"step-0": "great"}, "no label 'great'", id="unknown"),
    ],
)
def test_unlabelled_steps_are_asked_for(client, steps, labels, words):
    response = client.post(url("submit_steps", steps), {"submission": uuid4(), **labels})
    assert response.status_code == 422
    assert words in unescape(response.content.decode())
    assert not StepLabel.objects.exists()


# Critique ratings

QUESTIONS = ["points_out_problem", "misses_severe", "has_nitpick", "has_fake", "concise", "overall"]


@pytest.fixture
def rated(pair):
    response = make_response(make_query(pair.campaign, "Rate?"), WRONG)
    critiques = [
        make_critique(response, summary="By the critic.", sample=1),
        make_critique(response, summary="By another.", sample=2),
    ]
    item = ReviewItem.objects.create(
        campaign=pair.campaign,
        query=response.query,
        response_a=response,
        kind=ItemKind.CRITIQUE_RATING,
        problem="Chairs are counted.",
        priority=9,
    )
    item.critiques.set(critiques)
    return item, critiques


def scores(place, value):
    return {f"rating-{place}-{name}": value for name in QUESTIONS}


def test_critiques_are_rated_blind_to_their_source(client, pair, rated):
    _, critiques = rated
    row = pair.lease()
    Assignment.objects.filter(pk=row.pk).update(order_shown="ba")
    page = client.get(url("assignment", row)).content.decode()
    assert "Chairs are counted." in page
    assert page.index("By another.") < page.index("By the critic.")
    data = {"submission": uuid4(), **scores("A", "7"), **scores("B", "2")}
    assert client.post(url("submit_ratings", row), data).status_code == 302
    by_critique = dict(CritiqueRating.objects.values_list("critique", "overall"))
    assert by_critique == {critiques[1].pk: 7, critiques[0].pk: 2}


@pytest.mark.parametrize("left_out", ["rating-A-concise", "rating-B-overall"])
def test_every_question_is_answered(client, pair, rated, left_out):
    row = pair.lease()
    data = {"submission": uuid4(), **scores("A", "7"), **scores("B", "2"), left_out: ""}
    response = client.post(url("submit_ratings", row), data)
    assert response.status_code == 422
    assert "from 1 to 7" in response.content.decode()
    assert not CritiqueRating.objects.exists()


def test_nobody_is_offered_a_critique_of_their_own(pair, rated):
    item, critiques = rated
    own = critiques[0].response.critiques.create(author=pair.user, verdict="flawed")
    item.critiques.add(own)
    assert pair.lease().item != item
    assert pair.lease(pair.another()).item == item


def test_the_database_refuses_the_rating_of_ones_own_critique(pair, rated):
    item, critiques = rated
    own = critiques[0].response.critiques.create(author=pair.user, verdict="flawed")
    judgement = record_judgement(item=item, user=pair.user, order_shown="a")
    with pytest.raises(IntegrityError, match="own author"), transaction.atomic():
        CritiqueRating.objects.create(
            judgement=judgement, critique=own, **dict.fromkeys(QUESTIONS, 4)
        )
