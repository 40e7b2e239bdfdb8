"""What is like a query that the campaign's domain drew is on its side of the split."""

import re

import pytest

from models_srv.domains.arithmetic.domain import ARITHMETIC
from oversight.campaigns.selectors.queries import held_out_clusters
from oversight.campaigns.services.brought_queries import take_in_queries
from oversight.campaigns.services.drawn_queries import add_drawn_queries
from oversight.campaigns.services.queries import (
    NewQuery,
    add_queries,
    near_held_out,
    place_of,
    text_columns,
)
from oversight.loop.stages.attack import _rejection
from oversight.models import Origin, Query, Split
from tests.factories import make_campaign, make_round, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = make_campaign()
    add_drawn_queries(campaign=campaign, domain=ARITHMETIC, train=12, held_out=12)
    return campaign


def with_other_numbers(campaign, split):
    texts = Query.objects.filter(campaign=campaign, split=split).values_list("text", flat=True)
    return [re.sub(r"\d+", lambda number: str(int(number[0]) + 2), text) for text in texts]


def test_other_numbers_are_near(campaign):
    held_out, train = (with_other_numbers(campaign, each) for each in (Split.HELD_OUT, Split.TRAIN))
    assert near_held_out(campaign, held_out) == [True] * 12
    assert near_held_out(campaign, train) == [False] * 12


def test_what_is_brought_goes_to_the_side_of_what_it_is_like(campaign):
    for split in (Split.HELD_OUT, Split.TRAIN):
        queries = [NewQuery(text) for text in with_other_numbers(campaign, split)]
        added = add_queries(
            campaign=campaign, queries=queries, origin=Origin.IMPORTED, held_out_share=0.5
        )
        splits = Query.objects.filter(pk__in=added.new_ids).values_list("split", flat=True)
        assert set(splits) == {split}
        assert len(splits) == 12


def test_a_programs_are_left_out(campaign):
    texts = with_other_numbers(campaign, Split.HELD_OUT)
    taken = take_in_queries(
        campaign=campaign, queries=[NewQuery(text, brought_by="garak 0.17") for text in texts]
    )
    assert (taken.added.new_ids, taken.too_near) == ([], list(range(12)))


def test_an_attackers_are_used_for_nothing_and_taught_from_never(campaign):
    round_ = make_round(make_version(campaign))
    for text in with_other_numbers(campaign, Split.HELD_OUT):
        cluster, split = place_of(campaign, text)
        assert split == Split.HELD_OUT
        assert cluster in held_out_clusters(campaign)
        why = _rejection(round_, text, text_columns(text)["text_sha256"], slot=0)
        assert why == "too near a held-out query"
