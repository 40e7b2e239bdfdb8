"""Gold items of a campaign that has no round."""

import pytest

from oversight.asking.services import gold
from oversight.asking.services.gold import make_gold_items
from oversight.models import Choice, ItemKind, ItemState, ReviewItem
from tests.factories import make_campaign, make_item, make_query, make_response, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(annotators_per_item=3)


def answers(campaign, *marks, **fields):
    """A query with one response for each mark: right, wrong, or not said."""
    query = make_query(campaign, **fields)
    return [
        make_response(query, f"Answer {number}.", is_marked_correct=mark)
        for number, mark in enumerate(marks)
    ]


def test_what_the_data_say_becomes_an_item_that_looks_like_others(campaign):
    make_item(campaign, priority=0.7)
    for _ in range(3):
        answers(campaign, True, False, None)
    assert make_gold_items(campaign=campaign, count=2, seed=1) == 2
    for item in ReviewItem.objects.filter(kind=ItemKind.GOLD):
        right = item.response_a if item.expected == Choice.A else item.response_b
        assert right.is_marked_correct is True
        assert {item.response_a.is_marked_correct, item.response_b.is_marked_correct} == {
            True,
            False,
        }
        assert (item.priority, item.annotators, item.seats_free, item.round) == (0.7, 3, 3, None)


def test_the_checker_knows_too(campaign):
    set_settings(campaign, checker="arithmetic")
    query = make_query(campaign, "Noor has 31 beads. Then 9 beads are lost. How many beads now?")
    wrong, right = (make_response(query, text) for text in ("#### 40", "31 - 9 = 22\n#### 22"))
    assert make_gold_items(campaign=campaign, count=5, seed=1) == 1
    item = ReviewItem.objects.get()
    assert {item.response_a, item.response_b} == {wrong, right}
    assert (item.response_a if item.expected == "a" else item.response_b) == right


def test_what_is_asked_already_is_left_out(campaign):
    right, wrong = answers(campaign, True, False)
    make_item(
        campaign,
        query=right.query,
        response_a=wrong,
        response_b=right,
        state=ItemState.CLOSED,
    )
    many = answers(campaign, True, False, False, False)
    for wrong in (many[1], many[3]):
        make_item(campaign, query=many[0].query, response_a=many[0], response_b=wrong)
    answers(campaign, True, False, rejected_reason="duplicate")
    answers(campaign, True, None)
    answers(make_campaign(), True, False)
    assert make_gold_items(campaign=campaign, count=9, seed=1) == 1
    item = campaign.items.get(kind=ItemKind.GOLD)
    assert set(item.response_ids) == {many[0].pk, many[2].pk}
    assert make_gold_items(campaign=campaign, count=9, seed=2) == 0


def test_what_somebody_made_meanwhile_is_not_made_again(campaign, monkeypatch):
    answers(campaign, True, False)
    draw = gold._draw_pairs

    def draw_and_be_late(*args):
        pairs = draw(*args)
        monkeypatch.undo()
        make_gold_items(campaign=campaign, count=1, seed=2)
        return pairs

    monkeypatch.setattr(gold, "_draw_pairs", draw_and_be_late)
    assert make_gold_items(campaign=campaign, count=1, seed=1) == 0
    assert ReviewItem.objects.count() == 1
