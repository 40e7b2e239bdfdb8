"""Statements written by hand give the same records as the ORM."""

import pytest
from django.db import IntegrityError, transaction

from oversight.models import CampaignMember, Query, ReviewItem, Round
from oversight.models.groups.care import CareSettings
from oversight.statements import Record, Statement, insert
from tests.factories import make_campaign, make_item, make_query

pytestmark = pytest.mark.django_db

ITEMS = Statement(
    """
    SELECT {item}, {query}, {round}, item.priority * 2
    FROM oversight_reviewitem item
    JOIN oversight_query query ON query.id = item.query_id
    LEFT JOIN oversight_round round ON round.id = item.round_id
    WHERE item.id = ANY(%(items)s) ORDER BY item.id
    """,
    item=ReviewItem,
    query=Record(Query, only=("text",)),
    round=Round,
)


def values(record, fields=None):
    names = fields or [field.attname for field in record._meta.concrete_fields]
    return {name: getattr(record, name) for name in names}


def test_records_are_those_of_the_orm():
    campaign = make_campaign(harm_by_category={"violence": "mild"})
    items = [make_item(campaign, priority=n) for n in (1, 2)]
    rows = ITEMS.all(items=[item.pk for item in items])
    for (item, query, round_, twice), made in zip(rows, items, strict=True):
        expected = ReviewItem.objects.get(pk=made.pk)
        assert values(item) == values(expected)
        assert item == expected
        assert not item._state.adding
        assert query.text == expected.query.text
        assert round_ is None
        assert twice == made.priority * 2


def test_what_was_left_out_is_read_when_it_is_asked_for(django_assert_num_queries):
    item = make_item(make_campaign())
    query = ITEMS.first(items=[item.pk])[1]
    with django_assert_num_queries(1):
        assert query.cluster == item.query.cluster


def test_json_comes_as_values():
    campaign = make_campaign(harm_by_category={"violence": "mild"})
    text = "SELECT {it} FROM oversight_caresettings it WHERE campaign_id = %(id)s"
    statement = Statement(text, it=CareSettings)
    assert statement.first(id=campaign.pk)[0].harm_by_category == {"violence": "mild"}


def test_it_says_how_many_rows_were_changed():
    items = [make_item(make_campaign()) for _ in (1, 2)]
    raised = Statement("UPDATE oversight_reviewitem SET priority = 9 WHERE id = ANY(%(items)s)")
    assert raised.run(items=[item.pk for item in items]) == 2
    assert raised.run(items=[]) == 0


def test_nothing_found_is_none():
    assert ITEMS.first(items=[]) is None


def test_an_inserted_record_is_what_save_writes():
    campaign = make_campaign()
    saved = make_query(campaign, "Saved?")
    fields = {
        field.attname: getattr(saved, field.attname)
        for field in Query._meta.concrete_fields
        if field.attname not in ("id", "text", "text_sha256", "created_at")
    }
    inserted = insert(Query(**fields, text="Inserted?", text_sha256="1"))
    read = Query.objects.get(pk=inserted.pk)
    assert values(read, fields) == values(saved, fields)
    assert read.text == "Inserted?"
    assert read.created_at == inserted.created_at
    inserted.node = "sums"
    inserted.save()
    assert Query.objects.filter(campaign=campaign).count() == 2


def test_constraints_hold_for_what_is_inserted(django_user_model):
    campaign, user = make_campaign(), django_user_model.objects.create(username="ann")
    insert(CampaignMember(campaign=campaign, user=user, role="annotator"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(CampaignMember(campaign=campaign, user=user, role="annotator"))
