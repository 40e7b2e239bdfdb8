"""Pairs with known answers become items that wait among the campaign's others."""

import io
import json

import pytest

from oversight.data.services.imports import ImportRequest, import_campaign, import_queries
from oversight.errors import BadRows
from oversight.models import ItemKind, ItemState, Query, Response, ReviewItem, Split
from tests.factories import make_campaign, make_item, make_query

pytestmark = pytest.mark.django_db
ROW = {"query": "1 + 1?", "a": "2", "b": "3", "expected": "a"}


@pytest.fixture
def campaign():
    return make_campaign(annotators_per_item=2)


def add(campaign, *rows):
    content = "\n".join(json.dumps(row) for row in rows).encode()
    return import_queries(campaign=campaign, stream=io.BytesIO(content), format="known-answers")


def test_a_row_becomes_an_item_with_its_answer(campaign):
    tampered = ROW | {"query": "2 + 2?", "kind": "tampered", "problem": "Off by one."}
    imported = add(campaign, ROW, tampered | {"expected": "both_bad", "node": "sums"})
    gold, other = ReviewItem.objects.order_by("pk")
    assert imported.counts == {"queries": 2, "responses": 4, "items": 2}
    assert (gold.kind, gold.expected, gold.annotators, gold.seats_free) == ("gold", "a", 2, 2)
    assert (gold.response_a.text, gold.response_b.text) == ("2", "3")
    assert (other.kind, other.expected, other.problem) == ("tampered", "both_bad", "Off by one.")
    assert (other.query.node, gold.response_a.version.backend) == ("sums", "recorded")


def test_they_take_places_in_the_queue_that_others_have(campaign):
    for priority in (0.25, 0.5):
        make_item(campaign, priority=priority)
    make_item(campaign, priority=9, state=ItemState.CLOSED)
    rows = [ROW | {"query": f"{number} + 1?", "b": f"b{number}"} for number in range(12)]
    add(campaign, *rows)
    known = ReviewItem.objects.filter(kind=ItemKind.GOLD)
    assert set(known.values_list("priority", flat=True)) == {0.25, 0.5}
    assert known.count() == 12


def test_a_query_that_is_there_is_asked_about_and_keeps_its_split(campaign):
    query = make_query(campaign, "1 + 1?", split=Split.HELD_OUT)
    add(campaign, ROW)
    assert ReviewItem.objects.get().query == query
    assert Query.objects.get().split == Split.HELD_OUT


def test_sent_twice_it_is_asked_once(campaign):
    add(campaign, ROW)
    turned = ROW | {"a": "3", "b": "2", "expected": "b"}
    imported = add(campaign, ROW, ROW | {"b": "4"}, turned)
    assert imported.duplicate_lines == [1, 3]
    assert (ReviewItem.objects.count(), Response.objects.count()) == (2, 3)


def test_one_pair_has_one_right_answer(campaign):
    add(campaign, ROW)
    with pytest.raises(BadRows, match="line 2: this pair is asked with another right answer"):
        add(campaign, ROW | {"query": "New?"}, ROW | {"expected": "b"})
    assert ReviewItem.objects.count() == Query.objects.count() == 1
    ReviewItem.objects.update(state=ItemState.WITHDRAWN)
    add(campaign, ROW | {"expected": "b"})
    assert ReviewItem.objects.latest("pk").expected == "b"


def test_it_may_make_a_campaign_of_its_own():
    request = ImportRequest(format="known-answers", slug="known", held_out_share=0)
    campaign = import_campaign(
        stream=io.BytesIO(json.dumps(ROW | {"node": "sums"}).encode()), request=request
    ).campaign
    assert campaign.items.get().priority == 0
    assert campaign.basics.taxonomy == ["sums"]
