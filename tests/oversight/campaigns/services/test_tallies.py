"""Counts are what is there, by whatever road it came to be."""

import pytest
from django.db import connection

from annotate.simulation.seeding.seeding import seed_campaign
from oversight.campaigns.selectors.tallies import tallies
from oversight.campaigns.services.tallies import gather_tallies, reckon_tallies
from oversight.feedback.services.judgements import retract_judgement
from oversight.feedback.services.settling import lock_item, settle_item, withdraw_item
from oversight.models import Query, ReviewItem, Tally
from oversight.models.groups import SettingsVersion
from tests.factories import make_campaign, make_item, make_query, make_round, make_version
from tests.oversight.models.test_browsing import say

pytestmark = pytest.mark.django_db
KINDS = ("item", "query", "judgement", "preference")


@pytest.fixture
def campaign():
    return make_campaign()


def counted(campaign):
    return {f"{of}/{name}": n for of in KINDS for name, n in tallies(campaign, of).items()}


def reckoned(campaign):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, n FROM reckoned_tallies(%s)", [campaign.pk])
        return dict(cursor.fetchall())


def test_items_are_counted_by_kind_and_state_as_they_change(campaign):
    item = make_item(campaign)
    make_item(campaign, kind="gold", expected="a")
    ReviewItem.objects.filter(pk=item.pk).update(state="closed")
    assert tallies(campaign, "item") == {"pairwise/closed": 1, "gold/open": 1}
    assert counted(campaign) == reckoned(campaign)


def test_queries_are_counted_by_side_and_use(campaign):
    query = make_query(campaign)
    make_query(campaign, split="held_out")
    make_query(campaign, rejected_reason="empty")
    assert tallies(campaign, "query") == {
        "train/unused": 1, "held_out/unused": 1, "train/rejected": 1,
    }  # fmt: skip
    Query.objects.filter(pk=query.pk).update(round=make_round(make_version(campaign)))
    assert tallies(campaign, "query")["train/used"] == 1
    assert counted(campaign) == reckoned(campaign)


def test_labels_are_counted_as_they_stand(campaign):
    item = make_item(campaign, annotators=2)
    first = say(item, "a")
    say(item, "b", user=first.user, supersedes=first)
    second = say(item, "b")
    settle_item(item=lock_item(item.pk))
    assert tallies(campaign, "judgement") == {"person": 2}
    assert tallies(campaign, "preference") == {"person/0": 1}
    retract_judgement(second)
    assert tallies(campaign, "judgement") == {"person": 1}
    assert counted(campaign) == reckoned(campaign)
    withdraw_item(item=lock_item(item.pk))
    assert (tallies(campaign, "judgement"), tallies(campaign, "preference")) == ({}, {})
    assert counted(campaign) == reckoned(campaign)
    say(item, "a")
    assert tallies(campaign, "judgement") == {}
    ReviewItem.objects.filter(pk=item.pk).update(state="open", withdrawn_because="")
    assert tallies(campaign, "judgement") == {"person": 2}
    assert counted(campaign) == reckoned(campaign)


def test_what_was_written_past_the_triggers_is_reckoned(campaign):
    seeded = seed_campaign(slug="many", items=60, seed=1)
    assert counted(seeded) == reckoned(seeded)
    assert {name.split("/")[0] for name in counted(seeded)} == set(KINDS)
    Tally.objects.all().delete()
    reckon_tallies(seeded.pk)
    assert counted(seeded) == reckoned(seeded)


def test_gathered_they_are_the_same_in_fewer_rows(campaign):
    for _ in range(3):
        make_item(campaign)
    before = counted(campaign)
    gather_tallies()
    assert counted(campaign) == before
    assert Tally.objects.filter(campaign=campaign).count() == len(before)


def test_a_campaign_that_is_deleted_takes_its_counts_along(campaign):
    make_query(campaign)
    with connection.cursor() as cursor:  # versions of settings are kept, whoever asks
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE oversight_settingsversion DISABLE TRIGGER USER")
    SettingsVersion.objects.all().delete()
    campaign.delete()
    gather_tallies()
    assert not Tally.objects.exists()
