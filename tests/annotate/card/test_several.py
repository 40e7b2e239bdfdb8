"""Several critics of one response, and the best of several responses."""

import pytest
from django.db import transaction

from annotate.models import Assignment
from oversight.feedback.services.judgements import record_judgement
from oversight.models import (
    Judgement,
    Preference,
)
from tests.annotate.records import make_answer, make_comment, make_critique, url
from tests.factories import make_item, make_query, make_response, make_round, make_version

pytestmark = pytest.mark.django_db


def test_critics_are_told_apart_and_not_named(client, pair, assignment):
    other = make_version(pair.campaign, "critic", active=False, name="secret-critic")
    critique = make_critique(pair.item.response_a, version=other, summary="Second opinion.")
    make_comment(critique, "59 + 12 = 71")
    page = client.get(url("assignment", assignment)).content.decode()
    assert "Critic 1" in page
    assert "Critic 2" in page
    assert "Second opinion." in page
    assert "secret" not in page


@pytest.fixture
def several(pair):
    query = make_query(pair.campaign, "Which of four?")
    texts = ["First text.", "Second text.", "Third text.", "Fourth text."]
    responses = [make_response(query, text) for text in texts]
    names = ("response_a", "response_b", "response_c", "response_d")
    make_item(
        pair.campaign,
        query=query,
        round=make_round(responses[0].version),
        priority=9,
        **dict(zip(names, responses, strict=True)),
    )
    row = pair.lease()
    Assignment.objects.filter(pk=row.pk).update(order_shown="cdab")
    row.refresh_from_db()
    return row, responses


def test_the_best_of_four_is_preferred_to_each_other(client, several):
    row, _responses = several
    page = client.get(url("assignment", row)).content.decode()
    assert page.index("Third text.") < page.index("Fourth text.") < page.index("First text.")
    assert "D is best" in page
    client.post(url("submit", row), make_answer(row, "A"))
    judgement = Judgement.objects.get()
    assert (judgement.choice, judgement.strength, judgement.p_a_better) == ("c", None, None)
    pairs = set(Preference.objects.values_list("chosen__text", "rejected__text"))
    assert pairs == {("Third text.", f"{name} text.") for name in ("First", "Second", "Fourth")}


def test_a_corrected_best_of_four_takes_the_old_preferences_back(client, several):
    from oversight.data.selectors.preferences import standing_preferences
    from oversight.feedback.services.preferences import conclude_item

    row, _ = several
    client.post(url("submit", row), make_answer(row, "A"))
    judgement = Judgement.objects.get()
    record_judgement(
        item=row.item, user=row.annotator, choice="a", order_shown="cdab", supersedes=judgement
    )
    with transaction.atomic():
        conclude_item(item=row.item)
    standing = standing_preferences(row.item.campaign)
    assert set(standing.values_list("chosen__text", flat=True)) == {"First text."}
    assert standing.count() == 3


def test_two_tied_winners_prefer_none(client, several):
    row, _ = several
    client.post(url("submit", row), make_answer(row, "4"))
    assert Judgement.objects.get().choice == "tie"
    assert not Preference.objects.exists()
