"""An older database, whose labels contradict each other, is brought in line."""

from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from oversight import migrations
from oversight.data.selectors.preferences import standing_preferences
from oversight.models import ItemKind, ItemState, Judgement, Preference, ReviewItem, Source
from tests.factories import make_campaign, make_item, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.fault("corrections")]
(FILE,) = Path(migrations.__file__).parent.glob("*_one_chain_of_preferences.py")
MIGRATION = import_module(f"oversight.migrations.{FILE.stem}")
BEFORE = """
SET CONSTRAINTS ALL IMMEDIATE;
DROP INDEX one_chain_per_item_and_pair;
DROP TRIGGER preference_keeps_chain ON oversight_preference;
SET CONSTRAINTS ALL DEFERRED;
"""
UNIQUE = """
SET CONSTRAINTS ALL IMMEDIATE;
CREATE UNIQUE INDEX ON oversight_preference
  (item_id, least(chosen_id, rejected_id), greatest(chosen_id, rejected_id))
  WHERE supersedes_id IS NULL AND item_id IS NOT NULL;
"""


def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def migrate():
    run(MIGRATION.SAY_WHY)
    run(MIGRATION.FIND_CHAINS + MIGRATION.KEEP_ONE)
    run(UNIQUE)


def answer(item, choice, **fields):
    return Judgement.objects.create(
        query=item.query, response_a=item.response_a, response_b=item.response_b, item=item,
        source=Source.PERSON, user=make_user(), choice=choice, **fields,
    )  # fmt: skip


def label(judgement, side, **fields):
    """A preference as it was written before: of no item."""
    pair = (judgement.response_a, judgement.response_b)
    chosen, rejected = pair if side == "a" else pair[::-1]
    return Preference.objects.create(
        campaign=judgement.query.campaign, query=judgement.query, chosen=chosen, rejected=rejected,
        source=Source.PERSON, judgement=judgement, **fields,
    )  # fmt: skip


@pytest.fixture
def item():
    campaign = make_campaign(is_adjudicated=True)
    run(BEFORE)
    return make_item(campaign, annotators=2, seats_free=0, state=ItemState.CLOSED)


def adjudication_of(item, **fields):
    return make_item(
        item.campaign, query=item.query, response_a=item.response_a, response_b=item.response_b,
        kind=ItemKind.ADJUDICATION, adjudicates=item, **fields,
    )  # fmt: skip


def sides(item):
    rows = standing_preferences(item.campaign)
    return ["a" if row.chosen_id == item.response_a_id else "b" for row in rows]


def test_of_two_labels_the_adjudicators_stays(item):
    answer(item, "b")
    label(answer(item, "b"), "b")
    decisive = adjudication_of(item, state=ItemState.CLOSED, seats_free=0)
    label(answer(decisive, "a"), "a")
    assert sides(item) == ["b", "a"]
    migrate()
    assert sides(item) == ["a"]
    call_command("recompute_preferences")
    assert sides(item) == ["a"]
    call_command("recompute_preferences", "--check")


def test_a_label_that_was_corrected_keeps_its_history(item):
    answer(item, "a")
    first = label(answer(item, "a"), "b")
    label(first.judgement, "a", supersedes=first)
    migrate()
    assert sides(item) == ["a"]
    assert set(Preference.objects.values_list("item", flat=True)) == {item.pk}
    call_command("recompute_preferences", "--check")


def test_what_does_not_follow_from_the_answers_is_mended(item, capsys):
    answer(item, "a"), answer(item, "b")
    label(item.judgements.first(), "a")
    migrate()
    with pytest.raises(CommandError, match="1 changed"):
        call_command("recompute_preferences", "--check")
    assert sides(item) == ["a"]
    call_command("recompute_preferences", "--campaign", item.campaign.slug)
    assert sides(item) == []
    assert ReviewItem.objects.get(adjudicates=item).state == ItemState.OPEN
    call_command("recompute_preferences")
    assert capsys.readouterr().out.splitlines()[-1] == "2 items, 0 changed."


def test_what_a_closed_review_took_away_stands_again(item):
    half = make_item(
        item.campaign, annotators=2, state=ItemState.WITHDRAWN, closed_at=timezone.now()
    )
    faulty = make_item(item.campaign, annotators=2, state=ItemState.WITHDRAWN)
    nobody = make_item(item.campaign, state=ItemState.WITHDRAWN, closed_at=timezone.now())
    answer(half, "a"), answer(faulty, "a")
    migrate()
    call_command("recompute_preferences")
    rows = ReviewItem.objects.in_bulk([half.pk, faulty.pk, nobody.pk])
    assert {pk: (row.state, row.withdrawn_because) for pk, row in rows.items()} == {
        half.pk: ("closed", ""),
        faulty.pk: ("withdrawn", "fault"),
        nobody.pk: ("withdrawn", "review_closed"),
    }
    assert standing_preferences(item.campaign).get().chosen == half.response_a
