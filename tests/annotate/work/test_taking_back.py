"""Undo takes the answer back: it counts for nothing, and its card comes again with what was said."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotate.errors import CorrectionRefused
from annotate.models import Annotation, Assignment, Draft
from annotate.queue.services.leases import lease_next, release_expired_leases
from annotate.work.selectors.history import last_submitted, standing_annotation, undo_seconds
from annotate.work.services.taking_back import take_back
from oversight.data.services.snapshots import standing_preferences
from oversight.feedback.services.settling import lock_item, settle_item
from oversight.models import Choice, Judgement, Preference, ReviewItem, Round, Stage
from oversight.trust.selectors.critique_effect import first_known_answers
from tests.annotate.records import make_answer, url
from tests.annotate.work.test_corrections import aged, make_round, of_campaign
from tests.factories import make_item

pytestmark = [pytest.mark.django_db, pytest.mark.fault("workbench")]


@pytest.fixture
def submitted(client, pair):
    assignment = pair.lease()
    Assignment.objects.update(order_shown="ab")
    answer = {**make_answer(assignment, "1"), "rationale": "So.", "rewrite-B": "A better one."}
    client.post(url("submit", assignment), answer)
    return Assignment.objects.get()


def undo(client, pair):
    return client.post(of_campaign("undo", pair), follow=True)


def test_nothing_is_made_of_it_any_more_and_its_card_comes_again(client, pair, submitted):
    assert standing_preferences(pair.campaign).count() == 2
    response = undo(client, pair)
    assert response.redirect_chain[-1][0] == url("assignment", submitted)
    page = response.content.decode()
    assert "Taken back: it counts for nothing" in page
    assert "So.</textarea>" in page
    assert "A better one." in page
    assert not Judgement.objects.standing().exists()
    assert not standing_preferences(pair.campaign).exists()
    item, row = ReviewItem.objects.get(), Assignment.objects.get()
    assert (item.state, item.closed_at, item.seats_free, row.state) == ("open", None, 0, "leased")
    assert "0 judged" in page
    assert "Nothing yet" in client.get(of_campaign("history", pair)).text


def test_it_is_submitted_anew(client, pair, submitted):
    undo(client, pair)
    page = client.post(url("submit", submitted), make_answer(submitted, "7"), follow=True).text
    assert "Saved." in page
    first, retraction, second = Annotation.objects.order_by("pk")
    assert (retraction.supersedes, second.supersedes) == (first, retraction)
    assert retraction.judgement.is_retraction
    assert [row.choice for row in Judgement.objects.standing()] == [Choice.B]
    item = ReviewItem.objects.get()
    assert item.state == "closed"
    assert standing_preferences(pair.campaign).get().chosen_id == item.response_b_id
    assert not settle_item(item=lock_item(item.pk))
    assert standing_annotation(submitted) == second


def test_only_the_last_thing_and_only_once(client, pair, submitted):
    make_item(pair.campaign)
    undo(client, pair)
    assert undo_seconds(pair.user, pair.campaign) == 0
    again = undo(client, pair)  # pressed twice: the card comes all the same
    assert again.redirect_chain[-1][0] == url("assignment", submitted)
    assert Annotation.objects.count() == 2
    client.post(url("skip", submitted))
    assert "There is nothing to take back" in undo(client, pair).text


def test_a_correction_begun_in_another_tab(client, pair, submitted):
    correction = {**make_answer(submitted, "7"), "corrects": standing_annotation(submitted).pk}
    undo(client, pair)
    page = client.post(url("correct", submitted), correction, follow=True).text
    assert "You have taken this answer back, and it is asked again." in page
    assert not Judgement.objects.standing().exists()
    assert client.get(url("correct", submitted), follow=True).status_code == 200


def test_it_is_not_counted_where_the_right_answer_is_known(client, pair):
    ReviewItem.objects.update(kind="gold", expected="b")
    row = pair.lease()
    Assignment.objects.update(order_shown="ab")
    client.post(url("submit", row), make_answer(row, "1"))
    correction = {**make_answer(row, "4"), "corrects": Annotation.objects.get().pk}
    client.post(url("correct", row), correction)
    assert [said.choice for said in first_known_answers(pair.campaign)] == ["a"]
    undo(client, pair)
    assert not first_known_answers(pair.campaign).exists()
    client.post(url("submit", row), make_answer(row, "7"))
    assert [said.choice for said in first_known_answers(pair.campaign)] == ["b"]


def test_the_same_submission_sent_again_is_not_told_that_it_was_saved(client, pair):
    assignment = pair.lease()
    answer = make_answer(assignment, "1")
    client.post(url("submit", assignment), answer)
    undo(client, pair)
    page = client.post(url("submit", assignment), answer, follow=True).text
    assert "you have taken this answer back since" in page
    assert not Judgement.objects.standing().exists()


def test_it_may_be_skipped_then(client, pair, submitted):
    make_item(pair.campaign)
    undo(client, pair)
    assert client.post(url("skip", submitted)).status_code == 302
    item = ReviewItem.objects.get(pk=submitted.item_id)
    assert item.seats_free == 1
    assert lease_next(user=pair.another(), campaign=pair.campaign).item == item


def test_where_the_lease_ends_somebody_else_is_asked(pair, submitted):
    take_back(annotation=standing_annotation(submitted))
    Assignment.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert release_expired_leases() == 1
    assert lease_next(user=pair.another(), campaign=pair.campaign) is not None


@pytest.mark.parametrize(
    ("stage", "is_closed", "stays"),
    [
        (Stage.REVIEW, False, False),
        (Stage.REVIEW, True, True),
        (Stage.COLLECT, False, True),
        (Stage.DONE, False, True),
    ],
)
def test_what_its_round_has_gone_on_with_stays(client, pair, submitted, stage, is_closed, stays):
    ReviewItem.objects.update(round=make_round(pair.campaign, stage))
    if is_closed:
        Round.objects.update(review_closed_at=timezone.now())
    assert (undo_seconds(pair.user, pair.campaign) == 0) == stays
    page = undo(client, pair).text
    assert ("so it cannot be taken back. You can still correct it." in page) == stays
    assert Judgement.objects.standing().exists() == stays


def test_what_somebody_has_decided_between_stays(pair, submitted):
    item = ReviewItem.objects.get()
    ReviewItem.objects.update(annotators=2)
    ReviewItem.objects.create(
        campaign=pair.campaign, query=item.query, kind="adjudication", adjudicates=item,
        response_a=item.response_a, response_b=item.response_b, state="closed",
        closed_at=timezone.now(),
    )  # fmt: skip
    with pytest.raises(CorrectionRefused, match="Somebody else has decided"):
        take_back(annotation=standing_annotation(submitted))


def test_a_page_that_is_older_than_a_correction(client, pair, submitted):
    old = standing_annotation(submitted)
    correction = {**make_answer(submitted, "7"), "corrects": old.pk}
    client.post(url("correct", submitted), correction)
    with pytest.raises(CorrectionRefused, match="You have changed this answer since"):
        take_back(annotation=old)
    assert last_submitted(pair.user, pair.campaign).supersedes == old


def test_after_its_time(client, pair, submitted):
    aged(pair.campaign.judging.undo_minutes + 1)
    assert "The time to take it back is over." in undo(client, pair).text
    assert Judgement.objects.standing().exists()


def test_a_lone_draft_of_a_tab_left_open_does_not_overwrite_it(client, pair, submitted):
    take_back(annotation=standing_annotation(submitted))
    draft = Draft.objects.get()
    stale = {"draft_version": 0, **make_answer(submitted, "4")}
    assert client.post(url("draft", submitted), stale).status_code == 409
    assert Draft.objects.get().fields == draft.fields


def test_a_retraction_says_nothing(pair, submitted):
    said = Judgement.objects.get()
    with pytest.raises(IntegrityError, match="retraction_says_nothing"), transaction.atomic():
        Judgement.objects.create(
            query=said.query, response_a=said.response_a, source=said.source, user=said.user,
            is_retraction=True, choice="a", supersedes=said,
        )  # fmt: skip


def test_of_two_people_the_others_answer_stays(client, pair):
    ReviewItem.objects.update(annotators=2, seats_free=2)
    first = pair.lease()
    Assignment.objects.update(order_shown="ab")
    client.post(url("submit", first), make_answer(first, "1"))
    other = pair.another()
    client.force_login(other)
    second = lease_next(user=other, campaign=pair.campaign)
    Assignment.objects.update(order_shown="ab")
    client.post(url("submit", second), make_answer(second, "1"))
    assert Preference.objects.filter(superseded_by=None, weight__gt=0).exists()
    undo(client, pair)
    item = ReviewItem.objects.get()
    assert (item.state, item.seats_free) == ("open", 0)
    assert Judgement.objects.standing().get().user == pair.user
    assert not standing_preferences(pair.campaign).exists()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
