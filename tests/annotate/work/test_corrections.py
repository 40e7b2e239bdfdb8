"""What was submitted is corrected: superseded, never overwritten, with all that follows from it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.card.earlier_answers import fields_of
from annotate.care.selectors.consent_and_rest import spells_of
from annotate.errors import CorrectionRefused, NoSuchAnswer
from annotate.models import Annotation, Assignment
from annotate.work.services.submissions import submit_annotation
from oversight.data.services.snapshots import standing_preferences
from oversight.models import (
    Choice,
    CommentVerdict,
    ItemKind,
    ItemState,
    Judgement,
    Preference,
    PreferenceKind,
    Response,
    ReviewItem,
    Round,
    Stage,
    StepLabel,
)
from tests.annotate.records import WRONG, make_answer
from tests.factories import make_item, make_query, make_response, make_version, set_settings

pytestmark = pytest.mark.django_db


def url(name, row):
    return reverse(f"annotate:{name}", args=[row.pk])


def of_campaign(name, pair):
    return reverse(f"annotate:{name}", args=[pair.campaign.slug])


@pytest.fixture
def submitted(client, pair):
    """The pair, judged: A on the left is clearly better, and its first comment valid."""
    assignment = pair.lease()
    Assignment.objects.update(order_shown="ab")
    shown = [pair.comments[0].critique_id]
    fields = {f"verdict-{pair.comments[0].pk}": "valid", "critique": shown, "rationale": "So."}
    client.post(url("submit", assignment), {**make_answer(assignment, "1"), **fields})
    return Assignment.objects.get()


def correct(client, row, preference="7", **fields):
    standing = Annotation.objects.filter(assignment=row, superseded_by__isnull=True).get()
    answer = {**make_answer(row, preference), "corrects": standing.pk, **fields}
    return client.post(url("correct", row), answer, follow=True)


def aged(minutes):
    """Make the annotation look older: its trigger refuses changes, so it is off for the moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        before = timezone.now() - timedelta(minutes=minutes)
        cursor.execute("UPDATE annotate_annotation SET created_at = %s", [before])
        cursor.execute("SET session_replication_role = DEFAULT")


def make_round(campaign, stage):
    finished = timezone.now() if stage == Stage.DONE else None
    return Round.objects.create(
        campaign=campaign,
        number=1,
        stage=stage,
        plan={},
        seed=1,
        learner=campaign.versions.filter(role="learner").first() or make_version(campaign),
        finished_at=finished,
    )


def test_correcting_begins_with_what_was_said(client, pair, submitted):
    page = client.get(url("correct", submitted)).content.decode()
    assert "It stands until you save the change" in page
    assert page.count(" checked") == 2
    assert "So.</textarea>" in page
    assert Annotation.objects.count() == 1


def test_a_correction_supersedes(client, pair, submitted):
    page = correct(client, submitted).content.decode()
    assert "Saved: your correction stands" in page
    first, second = Annotation.objects.order_by("pk")
    assert second.supersedes == first
    assert second.judgement.supersedes == first.judgement
    assert list(Judgement.objects.standing()) == [second.judgement]
    assert (first.judgement.choice, second.judgement.choice) == (Choice.A, Choice.B)
    assert CommentVerdict.objects.filter(judgement=second.judgement).count() == 0


def test_the_preference_and_the_seat_follow(client, pair, submitted):
    item = ReviewItem.objects.get()
    before = (item.state, item.seats_free)
    assert standing_preferences(pair.campaign).get().chosen_id == item.response_a_id
    correct(client, submitted)
    standing = standing_preferences(pair.campaign).get()
    assert standing.chosen_id == item.response_b_id
    assert standing.supersedes.chosen_id == item.response_a_id
    correct(client, submitted, "4")
    assert standing_preferences(pair.campaign).count() == 0
    correct(client, submitted, "1")
    assert standing_preferences(pair.campaign).get().chosen_id == item.response_a_id
    item.refresh_from_db()
    assert (item.state, item.seats_free) == before == (ItemState.CLOSED, 0)
    assert Preference.objects.count() == Annotation.objects.count() == 4


def test_an_item_that_others_still_judge_gives_no_preference(client, pair):
    ReviewItem.objects.update(annotators=2, seats_free=2)
    row = pair.lease()
    client.post(url("submit", row), make_answer(row))
    correct(client, row)
    assert Preference.objects.count() == 0
    item = ReviewItem.objects.get()
    assert (item.state, item.seats_free) == (ItemState.OPEN, 1)


def test_the_same_correction_sent_twice_is_one(client, pair, submitted):
    answer = {**make_answer(submitted, "7"), "corrects": Annotation.objects.get().pk}
    for _ in range(2):
        page = client.post(url("correct", submitted), answer, follow=True).content.decode()
        assert "Saved: your correction stands" in page
    assert Annotation.objects.count() == 2


def test_corrected_meanwhile_in_another_tab(client, submitted):
    first = Annotation.objects.get()
    correct(client, submitted, "7")
    answer = {**make_answer(submitted, "4"), "corrects": first.pk, "rationale": "kept words"}
    response = client.post(url("correct", submitted), answer)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Not saved. You have corrected this since" in page
    assert "kept words" in page
    assert Annotation.objects.count() == 2
    # Sent again from there it is knowingly on top of the other tab's.
    latest = Annotation.objects.latest("pk")
    assert f'name="corrects" value="{latest.pk}"' in page
    correct(client, submitted, "4")
    assert Judgement.objects.standing().get().choice == Choice.TIE


def test_the_window_is_over(client, pair, submitted):
    aged(6)
    page = client.post(of_campaign("undo", pair), follow=True).content.decode()
    assert "The time to take it back is over." in page
    assert "Your work" in page


@pytest.mark.parametrize("column", ["finished_at", "archived_at"])
def test_where_the_campaign_has_ended_it_stands_and_one_is_told_so(client, pair, submitted, column):
    setattr(pair.campaign, column, timezone.now())
    pair.campaign.save()
    answer = {**make_answer(submitted, "4"), "corrects": Annotation.objects.get().pk}
    tried = [
        client.get(url("correct", submitted), follow=True),
        client.post(url("correct", submitted), answer, follow=True),
        client.post(of_campaign("undo", pair), follow=True),
    ]
    for page in tried:
        assert page.redirect_chain == [(of_campaign("history", pair), 302)]
        assert "what you said stands" in page.text
    assert Annotation.objects.count() == 1


def test_a_round_that_still_asks_can_be_corrected_after_the_window(client, pair, submitted):
    aged(60)
    ReviewItem.objects.update(round=make_round(pair.campaign, Stage.REVIEW))
    correct(client, submitted)
    assert Annotation.objects.count() == 2


@pytest.mark.parametrize("stage", [Stage.COLLECT, Stage.DONE])
def test_a_round_that_has_ended(client, pair, submitted, stage):
    ReviewItem.objects.update(round=make_round(pair.campaign, stage))
    page = correct(client, submitted).content.decode()
    assert "the next training uses the correction" in page
    aged(6)
    page = correct(client, submitted, "4").content.decode()
    assert "Not saved. Its round has gone on" in page
    assert Annotation.objects.count() == 2
    assert "it stands" in client.get(url("correct", submitted), follow=True).content.decode()


@pytest.mark.parametrize(("stage", "stands"), [(Stage.COMPARE, False), (Stage.GATE, True)])
def test_a_comparison_on_a_held_out_query_can_be_corrected_until_the_gate(
    client, pair, stage, stands
):
    query = make_query(pair.campaign, split="held_out")
    answers = [make_response(query, text) for text in ("One.", "Two.")]
    item = make_item(
        pair.campaign, query=query, response_a=answers[0], response_b=answers[1], priority=9.0
    )
    ReviewItem.objects.filter(pk=item.pk).update(round=make_round(pair.campaign, Stage.COMPARE))
    row = pair.lease()
    assert row.item == item
    assert (
        "Saved"
        in client.post(url("submit", row), make_answer(row, "1"), follow=True).content.decode()
    )
    aged(60)
    Round.objects.update(stage=stage)
    page = correct(client, row, "5").content.decode()
    assert ("Its round has gone on" in page) == stands


def test_who_was_told_the_known_answer_keeps_theirs(client, pair, submitted):
    ReviewItem.objects.update(expected="b")
    set_settings(pair.campaign, is_result_shown=True)
    assert "You were told" in correct(client, submitted).content.decode()
    assert "You were told" in client.post(of_campaign("undo", pair), follow=True).content.decode()
    assert Annotation.objects.count() == 1


def test_a_withdrawn_item_stands(submitted):
    ReviewItem.objects.update(state=ItemState.WITHDRAWN)
    with pytest.raises(CorrectionRefused):
        submit_annotation(
            assignment=submitted,
            submission=uuid4(),
            choice=Choice.TIE,
            strength=None,
            verdicts={},
            corrects=Annotation.objects.get().pk,
        )


def test_only_what_was_answered_is_corrected(submitted):
    with pytest.raises(NoSuchAnswer):
        submit_annotation(
            assignment=submitted,
            submission=uuid4(),
            choice=Choice.TIE,
            strength=None,
            verdicts={},
            corrects=0,
        )


def test_what_cannot_be_taken_comes_back_as_it_was_entered(client, submitted):
    answer = {**make_answer(submitted), "preference": "", "rationale": "kept words"}
    response = client.post(url("correct", submitted), answer)
    assert response.status_code == 422
    assert "kept words" in response.content.decode()


def test_a_rewrite_follows(client, pair, submitted):
    rewrite = {"rewrite-A": "#### 50 it is", "rewrite-B": pair.item.response_b.text}
    correct(client, submitted, "1", **rewrite)
    correct(client, submitted, "1", **rewrite)
    rewritten = standing_preferences(pair.campaign).filter(kind=PreferenceKind.REWRITTEN)
    assert rewritten.get().chosen.text == "#### 50 it is"
    assert Response.objects.filter(revises__isnull=False).count() == 1
    correct(client, submitted, "1", **{**rewrite, "rewrite-A": "#### 50"})
    assert rewritten.get().chosen.text == "#### 50"
    correct(client, submitted, "1")
    assert rewritten.count() == 0


def test_everything_that_was_said_comes_back(client, pair, submitted):
    first, second = pair.comments[:2]
    said = {
        "rationale": "Because.",
        "preference": "3",
        f"verdict-{first.pk}": "fake",
        f"edit-{first.pk}-explanation": "No beads.",
        f"delete-{second.pk}": "on",
        "added-A-0-quote": "4 * 7 = 28",
        "added-A-0-severity": "minor",
        "added-A-0-explanation": "Fine, really.",
        "score-B-flaw": "none",
        "score-B-overall": "6",
        "rewrite-A": WRONG + " or not",
    }
    correct(client, submitted, **{**said, "critique": [first.critique_id]})
    assert said.items() <= fields_of(Annotation.objects.latest("pk")).items()


def test_labels_of_steps_are_corrected(client, pair):
    ReviewItem.objects.update(kind=ItemKind.STEPS, response_b=None)
    row = pair.lease()
    labels = {f"step-{n}": "good" for n in range(5)}
    client.post(url("submit_steps", row), {**make_answer(row), **labels})
    page = client.get(url("correct", row)).content.decode()
    assert page.count(" checked") == 5
    correct(client, row, **{**labels, "step-2": "bad"})
    standing = Judgement.objects.standing().get()
    assert list(StepLabel.objects.filter(judgement=standing).values_list("label", flat=True)) == [
        1,
        1,
        -1,
    ]


def test_the_history_is_ones_own(client, pair, submitted):
    page = client.get(of_campaign("history", pair)).content.decode()
    assert "A, clearly" in page
    assert url("correct", submitted) in page
    aged(6)
    ReviewItem.objects.update(round=make_round(pair.campaign, Stage.TRAIN))
    page = client.get(of_campaign("history", pair)).content.decode()
    assert url("correct", submitted) not in page
    client.force_login(pair.another())
    assert "Nothing yet" in client.get(of_campaign("history", pair)).content.decode()


def test_the_history_asks_as_often_for_many(client, pair, submitted, django_assert_num_queries):
    for _ in range(3):
        make_item(pair.campaign)
        row = pair.lease()
        client.post(url("submit", row), make_answer(row))
    # session, person, campaign, count, rows
    with django_assert_num_queries(6):  # and the flags of the navigation
        page = client.get(of_campaign("history", pair)).content.decode()
    assert page.count(">Change my answer<") == 4


def test_wrong_person_method_and_state(client, pair, submitted):
    held = make_item(pair.campaign)
    assert client.get(url("correct", pair.lease())).status_code == 404
    assert held.assignments.exists()
    assert client.get(of_campaign("undo", pair)).status_code == 405
    assert client.post(of_campaign("history", pair)).status_code == 405
    client.force_login(pair.another())
    assert client.get(url("correct", submitted)).status_code == 404
    assert client.post(url("correct", submitted), make_answer(submitted)).status_code == 404
    assert Client().get(of_campaign("history", pair)).status_code == 302
    assert Annotation.objects.count() == 1


def test_a_corrections_time_counts_once_towards_a_rest(client, pair, submitted):
    correct(client, submitted, seconds="20")
    assert sum(seconds for _, seconds in spells_of(pair.user, timezone.now())) == 20


def undo_offered(page):
    """Return for how many seconds the page offers it, 0 for not at all."""
    found = re.search(r'data-undo="(\d+)"', page)
    return int(found[1]) if found else 0


@pytest.mark.fault("workbench")
def test_undo_is_offered_after_an_answer_for_as_long_as_it_undoes(client, pair, submitted):
    make_item(pair.campaign)
    row = pair.lease()
    window = 60 * pair.campaign.judging.undo_minutes
    assert window - 60 < undo_offered(client.get(url("assignment", row)).text) <= window
    aged(pair.campaign.judging.undo_minutes - 1)
    assert 0 < undo_offered(client.get(url("assignment", row)).text) <= 60
    aged(pair.campaign.judging.undo_minutes + 1)
    for page in (url("assignment", row), of_campaign("history", pair)):
        assert not undo_offered(client.get(page).text)


@pytest.mark.fault("workbench")
def test_undo_is_not_offered_for_what_it_does_not_undo(client, pair, submitted):
    first, _ = make_item(pair.campaign, priority=9), make_item(pair.campaign)
    row = pair.lease()
    assert row.item == first
    page = client.post(url("skip", row), headers={"HX-Request": "true"}).text
    assert "Skipped." in page
    assert not undo_offered(page)
    assert not undo_offered(client.get(url("assignment", pair.lease())).text)


@pytest.mark.fault("workbench")
def test_undo_is_not_offered_where_the_answer_stands(client, pair, submitted):
    set_settings(pair.campaign, is_result_shown=True)
    ReviewItem.objects.update(expected="a", kind=ItemKind.GOLD)
    assert not undo_offered(client.get(of_campaign("next", pair)).text)
    other = make_item(pair.campaign, kind=ItemKind.GOLD, expected="b")
    row = pair.lease()
    assert row.item == other
    make_item(pair.campaign)
    answer = make_answer(row)
    page = client.post(url("submit", row), answer, headers={"HX-Request": "true"}).text
    assert "known answer" in page
    assert not undo_offered(page)
