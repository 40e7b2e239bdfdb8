"""What lists know of items follows the records, by whatever road they change."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from annotate.simulation.seeding.seeding import seed_campaign
from oversight.campaigns.services.words import read_words
from oversight.feedback.services.judgements import record_judgement, retract_judgement
from oversight.models import (
    BulkAct,
    ItemFacts,
    ItemTag,
    Judgement,
    QueryToRead,
    QueryWords,
    ReviewItem,
)
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return make_item(make_campaign(), annotators=3)


def facts(item):
    return ItemFacts.objects.get(item=item)


def marks(item):
    """The marks without the campaign, which each begins with."""
    found = facts(item).marks
    assert all(mark.startswith(f"{item.campaign_id}/") for mark in found)
    return {mark.split("/", 1)[1] for mark in found}


def say(item, choice, user=None, **fields):
    return record_judgement(
        item=item,
        user=user or make_member(item.campaign),
        choice=choice,
        strength=1 if choice in ("a", "b") else None,
        order_shown="ab",
        was_critique_shown=True,
        arm="hidden",
        arm_propensity=0.1,
        **fields,
    )


def test_a_new_item_is_known_at_once(item):
    assert {"kind/pairwise", "state/open", "round/0", "split/train", "source/none"} <= marks(item)
    row = facts(item)
    assert (row.answers, row.disagreement, row.confidence, row.flag) == (0, 0, None, "")


def test_many_written_at_once_are_known_each(item):
    ReviewItem.objects.bulk_create(
        ReviewItem(campaign=item.campaign, query=item.query, response_a=item.response_a)
        for _ in range(3)
    )
    assert ItemFacts.objects.filter(campaign=item.campaign).count() == 4


def test_answers_corrections_and_retractions_are_counted_as_they_stand(item):
    first = say(item, "a")
    say(item, "a")
    third = say(item, "b")
    row = facts(item)
    assert (row.answers, row.disagreement) == (3, pytest.approx(1 / 3))
    assert row.answered_at == third.created_at
    assert {f"by/{first.user_id}", "source/person", "arm/hidden"} <= marks(item)
    say(item, "a", user=third.user, supersedes=third)
    assert (facts(item).answers, facts(item).disagreement) == (3, 0)
    retract_judgement(first)
    assert facts(item).answers == 2
    assert f"by/{first.user_id}" not in marks(item)


def test_state_priority_and_kind_follow_and_a_lease_changes_nothing(item):
    ReviewItem.objects.filter(pk=item.pk).update(state="closed", priority=7)
    assert "state/closed" in marks(item)
    assert facts(item).priority == 7
    ItemFacts.objects.filter(item=item).update(answers=99)
    ReviewItem.objects.filter(pk=item.pk).update(seats_free=F("seats_free") - 1)
    assert facts(item).answers == 99, "what only leases change must not be reckoned anew"


def test_the_critics_word_is_known_before_the_item_and_after_it(item):
    def judge(of, a, b):
        return Judgement.objects.create(
            query=of.query, response_a=a, response_b=b, source="critic", p_a_better=0.2,
            version=make_version(of.campaign, "critic", active=False),
        )  # fmt: skip

    judge(item, item.response_a, item.response_b)
    assert facts(item).confidence == pytest.approx(0.8)
    query = make_query(item.campaign)
    a, b = make_response(query), make_response(query)
    other = make_item(item.campaign, query=query, response_a=a, response_b=b)
    judge(other, b, a)
    later = make_item(item.campaign, query=query, response_a=a, response_b=b)
    assert facts(later).confidence == facts(other).confidence == pytest.approx(0.8)


def test_reckoned_anew_all_is_as_the_triggers_left_it():
    campaign = seed_campaign(slug="many", items=120, seed=3)
    item = campaign.items.filter(state="open", kind="pairwise").first()
    say(item, "a")
    before = list(ItemFacts.objects.order_by("pk").values())
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_item_facts(array_agg(id)) FROM oversight_reviewitem")
    assert list(ItemFacts.objects.order_by("pk").values()) == before
    assert len(before) == 120
    assert {"open", "settled", ""} >= {row["flag"] for row in before}


def test_words_are_noted_and_read_later_and_anew_when_an_answer_comes():
    query = make_query(make_campaign(), "How many beads has Noor?")
    assert read_words() == 1
    assert found("beads noor") == [query]
    make_response(query, "Seventeen chairs.")
    assert found("chairs") == []
    assert read_words() == 1
    assert found("chairs") == [query]
    assert read_words() == 0
    assert not QueryToRead.objects.exists()


def test_a_text_of_any_length_and_kind_is_read():
    query = make_query(make_campaign(), "ab " * 30_000 + "😀" * 3000)
    make_response(query, " ".join(str(n) for n in range(20_000)))
    read_words()
    assert found("ab 17") == [query]


def found(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT plainto_tsquery('simple', %s)::text", [text])
        [(words,)] = cursor.fetchall()
    rows = QueryWords.objects.extra(where=["words @@ %s::tsquery"], params=[words])
    return [row.query for row in rows]


def test_a_tag_is_on_an_item_once_and_an_act_ends_when_it_is_done(item):
    user = make_user()
    ItemTag.objects.create(campaign=item.campaign, item=item, tag="odd", created_by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemTag.objects.create(campaign=item.campaign, item=item, tag="odd", created_by=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkAct.objects.create(
            campaign=item.campaign, kind="withdraw", state="done", created_by=user
        )
