"""What a response claims was asked for again: people see with the critique what came of it."""

import pytest
from rest_framework.test import APIClient

from annotate.models import Assignment
from annotate.queue.selectors.crossing import cross_examined
from oversight.models import Arm, CrossAnswer, CrossQuestion, ItemKind, ReviewItem
from tests.annotate.records import make_answer, make_critique, url
from tests.factories import make_round, make_version
from tests.oversight.judging import cross_examine

pytestmark = pytest.mark.django_db
DIFFERS = "Asked again in other words, it answered differently"
SAME = "Asked again in other words, it said the same"


@pytest.fixture
def round_(pair):
    return make_round(pair.item.response_a.version)


def page_of(client, row):
    return " ".join(client.get(url("assignment", row)).content.decode().split())


def test_a_contradiction_is_open_before_the_person(client, pair, assignment, round_):
    cross_examine(round_, pair.item.response_a, "contradicts", "agrees")
    page = page_of(client, assignment)
    assert '<details class="more crossing" open>' in page
    assert f'{DIFFERS} <span class="soft">(1 of 2 times)</span>' in page
    assert page.count("Contradicts the response") == page.count(">The same<") == 1
    for text in ("It is 9.", "How many?", "Ten."):
        assert page.count(text) == 2
    assert page.index(DIFFERS) < page.index("Critique of response B")


def test_what_agrees_is_folded(client, pair, assignment, round_):
    cross_examine(round_, pair.item.response_b, "agrees", None)
    page = page_of(client, assignment)
    assert '<details class="more crossing" >' in page
    assert SAME in page
    assert "Cannot be told" in page


def test_nor_is_what_nobody_could_compare_open(client, pair, assignment, round_):
    cross_examine(round_, pair.item.response_b, "unclear")
    page = page_of(client, assignment)
    assert "nobody can tell whether it said the same" in page
    assert '<details class="more crossing" >' in page


def test_nothing_stands_where_nothing_was_asked_or_answered(client, pair, assignment, round_):
    asked = CrossQuestion.objects.create(
        round=round_, response=pair.item.response_a, number=1, domain="arithmetic", text="How many?"
    )
    assert "Asked again" not in page_of(client, assignment)
    CrossAnswer.objects.create(question=asked, version=round_.learner, finish_reason="error")
    assert "Asked again" not in page_of(client, assignment)


@pytest.mark.parametrize("arm", [Arm.HIDDEN, Arm.EVIDENCE, Arm.BLIND_FIRST])
def test_it_is_hidden_where_the_critique_is(client, pair, assignment, round_, arm):
    cross_examine(round_, pair.item.response_a, "contradicts")
    Assignment.objects.update(arm=arm, arm_propensity=0.5)
    assert "Asked again" not in page_of(client, assignment)


def test_where_no_critique_can_be_read_there_is_none_for_the_answer_counts_as_unaided(
    client, pair, assignment, round_
):
    cross_examine(round_, pair.item.response_a, "contradicts")
    assert DIFFERS in page_of(client, assignment)
    round_.critic = make_version(pair.campaign, "critic", active=False)
    round_.save(update_fields=["critic"])
    ReviewItem.objects.update(round=round_)
    assert "Asked again" not in page_of(client, assignment)
    make_critique(pair.item.response_a, None, version=round_.critic)
    assert "Asked again" not in page_of(client, assignment)


def test_after_a_blind_answer_it_is_there(client, pair, assignment, round_):
    cross_examine(round_, pair.item.response_a, "contradicts")
    Assignment.objects.update(arm=Arm.BLIND_FIRST, arm_propensity=0.5)
    client.post(url("submit", assignment), make_answer(assignment, phase="blind"))
    assert DIFFERS in page_of(client, assignment)


@pytest.mark.parametrize("kind", [ItemKind.GOLD, ItemKind.TAMPERED])
def test_items_whose_answer_is_known_look_like_any_other(client, pair, assignment, round_, kind):
    cross_examine(round_, pair.item.response_a, "contradicts")
    ReviewItem.objects.update(kind=kind, expected="b")
    assert DIFFERS in page_of(client, assignment)


def test_its_texts_are_shown_and_never_run(client, pair, assignment, round_):
    bad = "<img src=x onerror=alert(1)>"
    cross_examine(
        round_, pair.item.response_a, "contradicts", claim=bad, question=bad, answer=f"{bad}\u202e"
    )
    page = page_of(client, assignment)
    assert bad not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3


def test_it_is_read_in_one_go(pair, round_, django_assert_num_queries):
    cross_examine(round_, pair.item.response_a, "contradicts", "agrees")
    cross_examine(round_, pair.item.response_b, "agrees")
    with django_assert_num_queries(1):
        found = cross_examined(pair.item)
    assert [each.contradicts for each in found[pair.item.response_a_id]] == [True, False]
    assert [each.agrees for each in found[pair.item.response_b_id]] == [True]


def test_rest_gives_what_the_page_shows(pair, assignment, round_):
    cross_examine(round_, pair.item.response_a, "contradicts")
    client = APIClient()
    client.force_authenticate(pair.user)
    address = f"/api/v1/assignments/{assignment.pk}/"
    first, other = client.get(address).json()["responses"]
    assert first["asked_again"] == [
        {"claim": "It is 9.", "question": "How many?", "answer": "Ten.", "outcome": "contradicts"}
    ]
    assert other["asked_again"] == []
    Assignment.objects.update(arm=Arm.HIDDEN, arm_propensity=0.5)
    assert client.get(address).json()["responses"][0]["asked_again"] == []
