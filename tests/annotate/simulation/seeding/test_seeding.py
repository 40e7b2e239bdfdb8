"""A made-up campaign is one that the product could have made."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotate.card.policies.steps import split_steps
from annotate.models import Annotation, Assignment, Flag
from annotate.review.selectors.own import has_part_in
from annotate.simulation.seeding.seeding import seed_campaign
from oversight.campaigns.services.queries import text_columns
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import (
    Campaign,
    Comment,
    Evaluation,
    ItemKind,
    Judgement,
    Preference,
    StepLabel,
    User,
)
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db
ITEMS = 240
FOREIGN_KEYS = """
SELECT c.conrelid::regclass, a.attname, c.confrelid::regclass, b.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace"""


@pytest.fixture
def seeded():
    return seed_campaign(slug="many", items=ITEMS, seed=7)


def test_there_is_some_of_everything_that_a_campaign_has(seeded):
    assert seeded.items.count() == ITEMS
    kinds = set(seeded.items.values_list("kind", flat=True))
    assert kinds == set(ItemKind.values)
    states = set(seeded.items.values_list("state", flat=True))
    assert {"open", "closed", "withdrawn"} <= states
    said = Judgement.objects.filter(query__campaign=seeded)
    assert {"critic", "person", "simulated"} == set(said.values_list("source", flat=True))
    assert {"a", "b", "tie", "both_bad"} <= set(said.values_list("choice", flat=True))
    assert {"shown", "hidden", "blind_first"} <= set(said.values_list("arm", flat=True))
    assert said.filter(supersedes__isnull=False).exists()
    assert said.filter(comment_verdicts__isnull=False).exists()
    assert set(seeded.queries.values_list("split", flat=True)) == {"train", "held_out"}
    preferences = set(seeded.preferences.values_list("source", flat=True))
    assert {"critic", "person"} <= preferences
    outcomes = seeded.rounds.values_list("decisions__outcome", flat=True)
    assert {"human", "ai", "drop"} <= set(outcomes)
    assert {True, False} == set(
        Evaluation.objects.filter(campaign=seeded).values_list("is_promoted", flat=True)
    )
    assert seeded.training_runs.filter(snapshot__train_count__gt=0).exists()
    assert Assignment.objects.filter(campaign=seeded, state="skipped").exists()
    assert Flag.objects.filter(assignment__campaign=seeded).exists()
    assert {"todo", "adjudicated"} <= set(seeded.reviews.values_list("state", flat=True))


def test_nobody_reviewed_their_own(seeded):
    done = seeded.reviews.filter(state="adjudicated").select_related("item", "reviewer")
    assert done
    assert not any(has_part_in(review.reviewer, review.item) for review in done)
    kinds = [[move.kind for move in review.moves.all()] for review in done]
    assert set(map(tuple, kinds)) == {("chosen", "claimed", "accepted")}


def test_nothing_refers_to_what_is_not_there(seeded):
    """Foreign keys are not looked up while it is written."""
    dangling = []
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS)
        for table, column, other, key in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} t LEFT JOIN {other} o ON o.{key} = t.{column} "  # noqa: S608
                f"WHERE t.{column} IS NOT NULL AND o.{key} IS NULL"
            )
            dangling += [(table, column)] if cursor.fetchone()[0] else []
    assert dangling == []


def test_its_preferences_are_what_its_answers_mean(seeded):
    assert Preference.objects.filter(campaign=seeded, item__isnull=False).exists()
    call_command("recompute_preferences", campaign=seeded.slug, check=True)


def test_texts_have_the_identity_that_the_product_gives_them(seeded):
    for query in seeded.queries.all()[:50]:
        columns = text_columns(query.text)
        assert {name: getattr(query, name) for name in columns} == columns


def test_quotes_and_steps_are_where_they_are_said_to_be(seeded):
    comments = Comment.objects.filter(critique__response__query__campaign=seeded)
    for comment in comments.select_related("critique__response"):
        text = comment.critique.response.text
        assert text[comment.start : comment.end] == comment.quote
    labels = StepLabel.objects.filter(response__query__campaign=seeded)
    assert labels.filter(label=-1).exists()
    for label in labels.select_related("response"):
        assert split_steps(label.response.text)[label.position] == (label.start, label.end)


def test_each_answer_was_sent_once_by_somebody_who_held_the_item(seeded):
    said = Judgement.objects.filter(query__campaign=seeded, item__isnull=False)
    for row in said.select_related("annotation__assignment", "user"):
        held = row.annotation.assignment
        assert (held.item_id, held.annotator_id) == (row.item_id, row.user_id)
        assert (row.source == "simulated") == row.user.is_simulated
    assert Annotation.objects.filter(assignment__campaign=seeded).count() == said.count()


def test_nobody_signs_in_as_one_of_its_people(seeded):
    people = User.objects.filter(memberships__campaign=seeded)
    assert people.filter(is_simulated=True).count() == 2
    assert not people.filter(is_active=True).exists()
    assert not any(person.has_usable_password() for person in people)


def test_the_same_seed_makes_the_same_and_another_one_another():
    def made(slug, seed):
        campaign = seed_campaign(slug=slug, items=40, seed=seed)
        said = Judgement.objects.filter(query__campaign=campaign).order_by("pk")
        return [
            list(campaign.queries.order_by("pk").values_list("text", "split", "node")),
            list(said.values_list("source", "choice", "arm", "p_a_better")),
        ]

    first = made("one", 1)
    assert made("two", 1) == first
    assert made("three", 2) != first


@pytest.mark.parametrize("items", [1, 2, 41])
def test_a_small_one_is_as_good(items):
    campaign = seed_campaign(slug="few", items=items, seed=1)
    assert campaign.items.count() == items
    call_command("recompute_preferences", campaign="few", check=True)


def test_a_taken_slug_is_refused_and_nothing_is_written():
    make_campaign(slug="taken")
    with pytest.raises(WrongState, match="choose another"):
        seed_campaign(slug="taken", items=10, seed=1)
    with pytest.raises(InvalidCampaign):
        seed_campaign(slug="no slug", items=10, seed=1)
    assert Campaign.objects.count() == 1


def test_the_command_says_what_it_made_and_why_it_did_not(capsys):
    call_command("seed_campaign", items=5)
    assert "5 items at campaigns/seed-5/" in capsys.readouterr().out
    with pytest.raises(CommandError, match="choose another"):
        call_command("seed_campaign", items=5)
