"""A query may be a conversation: it is named by its turns, and they never change."""

import pytest
from django.db import IntegrityError, transaction

from models_srv.conversations import as_text
from oversight.campaigns.services.queries import NewQuery, add_queries
from oversight.models import Origin, Query
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db
TALK = [
    {"role": "user", "content": "Hi"},
    {"role": "assistant", "content": "Hello"},
    {"role": "user", "content": "Two and two?"},
]


def add(campaign, *queries):
    return add_queries(campaign=campaign, queries=queries, origin=Origin.PERSON)


def test_it_is_kept_with_its_turns_and_found_again():
    campaign = make_campaign()
    talk = NewQuery(as_text(TALK), turns=TALK)
    [first] = add(campaign, talk).new_ids
    again = add(campaign, talk, NewQuery(as_text(TALK)))
    assert Query.objects.get(pk=first).messages == TALK
    assert [each.query_id for each in again.duplicates] == [first]
    [plain] = again.new_ids
    one, other = Query.objects.filter(pk__in=[first, plain]).order_by("pk")
    assert other.messages is None
    assert (one.text, one.cluster, one.split) == (other.text, other.cluster, other.split)


def test_its_turns_never_change():
    [pk] = add(make_campaign(), NewQuery(as_text(TALK), turns=TALK)).new_ids
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        Query.objects.filter(pk=pk).update(messages=TALK[:1])
