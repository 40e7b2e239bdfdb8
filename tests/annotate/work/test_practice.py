from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from annotate.care.selectors.exposure import exposures_today
from annotate.care.services import leave_out
from annotate.errors import AlreadyAnswered
from annotate.models import AnnotatorSettings, QualificationAnswer
from annotate.queue.selectors.gates import Gate, gate_before
from annotate.queue.selectors.qualification import practice_items, qualification_of
from annotate.queue.services.leases import lease_next, skip_assignment
from annotate.work.services.qualification import answer_practice_item
from oversight.models import Judgement, ReviewItem
from tests.factories import make_item, make_query, make_user, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(pair):
    """A campaign that asks for two gold items, of which it has two, to be all right."""
    campaign = pair.campaign
    set_settings(campaign, qualification_items=2, qualification_share=1.0)
    pair.gold = [make_item(campaign, kind="gold", expected="b", state="practice") for _ in range(2)]
    return pair


def answer(pair, item, choice="b"):
    return answer_practice_item(
        user=pair.user,
        campaign=pair.campaign,
        item_id=item.pk,
        choice=choice,
        order_shown="ab",
    )


def said(item, preference):
    """What the card sends."""
    return {"item": item.pk, "preference": preference, "submission": str(uuid4())}


def page_of(pair):
    return reverse("annotate:practice", args=[pair.campaign.slug])


def test_the_queue_waits_for_practice(client, gold):
    assert lease_next(user=gold.user, campaign=gold.campaign) is None
    page = client.get(reverse("annotate:next", args=[gold.campaign.slug])).content.decode()
    assert "Practice first" in page
    assert "So far 0 done" in page


def test_it_gives_feedback_and_lets_in_who_is_right(client, gold):
    for item in gold.gold:
        page = client.get(page_of(gold)).content.decode()
        assert f'name="item" value="{item.pk}"' in page
        left = page.index("First answer.") < page.index("Second answer.")
        response = client.post(page_of(gold), said(item, "6" if left else "2"))
        assert "Right." in client.get(response.url).content.decode()
    assert gate_before(gold.user, gold.campaign) is None
    assert Judgement.objects.count() == 0
    # Who practised on an item knows its answer: it is not offered again.
    assert lease_next(user=gold.user, campaign=gold.campaign).item == gold.item


def test_a_wrong_answer_is_told_the_right_one(client, gold):
    item = gold.gold[0]
    response = client.post(page_of(gold), said(item, "4"))
    page = client.get(response.url).content.decode()
    assert "Not so." in page
    assert "You said: Tie" in page
    assert QualificationAnswer.objects.get().is_right is False


def test_who_fails_stays_out_until_there_is_more_to_try(client, gold):
    answer(gold, gold.gold[0])
    answer(gold, gold.gold[1], "a")
    assert gate_before(gold.user, gold.campaign) == Gate.QUALIFICATION
    page = client.get(reverse("annotate:next", args=[gold.campaign.slug])).content.decode()
    assert "right about 1 of 2" in page
    more = [make_item(gold.campaign, kind="gold", expected="b", state="practice") for _ in range(2)]
    assert qualification_of(gold.user, gold.campaign).answered == 0
    for item in more:
        answer(gold, item)
    assert gate_before(gold.user, gold.campaign) is None


def test_an_item_is_practised_on_once(gold):
    answer(gold, gold.gold[0])
    with pytest.raises(AlreadyAnswered):
        answer(gold, gold.gold[0])


def test_nobody_practises_on_what_waits_in_the_queue(gold):
    """Somebody is going to be measured by it, who may not have seen the answer."""
    ReviewItem.objects.filter(pk=gold.gold[0].pk).update(state="open")
    assert list(practice_items(gold.user, gold.campaign)) == [gold.gold[1]]


def test_without_gold_items_nobody_is_kept_out(pair):
    set_settings(pair.campaign, qualification_items=3)
    assert gate_before(pair.user, pair.campaign) is None


def test_nothing_chosen_is_said(client, gold):
    response = client.post(page_of(gold), said(gold.gold[0], ""))
    assert response.status_code == 422
    assert "Choose which response is better" in response.content.decode()


def test_feedback_is_the_persons_own(client, gold):
    row = answer(gold, gold.gold[0])
    page = reverse("annotate:practice-feedback", args=[gold.campaign.slug, row.pk])
    assert client.get(page).status_code == 200
    client.force_login(gold.another())
    assert client.get(page).status_code == 404
    client.force_login(make_user())
    assert client.get(page_of(gold)).status_code == 404


def test_kinds_left_out_are_not_practised_on(gold):
    set_settings(gold.campaign, harm_by_category={"violence": "severe"})
    hard = make_item(
        gold.campaign,
        kind="gold",
        expected="b",
        state="practice",
        query=make_query(gold.campaign, node="violence"),
    )
    assert hard in practice_items(gold.user, gold.campaign)
    leave_out(user=gold.user, campaign=gold.campaign, categories=["violence"])
    assert list(practice_items(gold.user, gold.campaign)) == gold.gold


@pytest.fixture
def hard(gold):
    """Both gold items are of violence, which is tagged as severe."""
    set_settings(gold.campaign, harm_by_category={"violence": "severe"})
    for item in gold.gold:
        item.query.node = "violence"
        item.query.save()
    return gold


def test_hard_practice_is_blurred_as_the_person_wants_it(client, hard):
    answered = answer(hard, hard.gold[0])
    feedback = reverse("annotate:practice-feedback", args=[hard.campaign.slug, answered.pk])
    for page in (page_of(hard), feedback):
        shown = client.get(page).content.decode()
        assert 'id="reveal"' in shown
        assert "<strong>severe</strong>" in shown
        assert "violence" not in shown
    AnnotatorSettings.objects.create(user=hard.user, blur_from="never")
    assert 'id="reveal"' not in client.get(page_of(hard)).content.decode()


def test_harmless_practice_is_shown_at_once(client, gold):
    assert 'id="reveal"' not in client.get(page_of(gold)).content.decode()


def test_practice_counts_toward_the_days_exposure(client, hard):
    set_settings(hard.campaign, exposure_budget=1)
    answer(hard, hard.gold[0])
    assert exposures_today(hard.user, hard.campaign) == 1
    assert client.get(page_of(hard)).status_code == 302
    waiting = client.get(reverse("annotate:next", args=[hard.campaign.slug])).content.decode()
    assert "What is left to practise on is hard material" in waiting
    assert page_of(hard) not in waiting
    # Too much for today lets nobody in: it is practised on tomorrow.
    assert gate_before(hard.user, hard.campaign) == Gate.QUALIFICATION
    QualificationAnswer.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert exposures_today(hard.user, hard.campaign) == 0
    assert client.get(page_of(hard)).status_code == 200


def test_what_was_practised_on_is_no_longer_offered_in_the_queue_that_day(client, hard):
    for item in hard.gold:
        answer(hard, item)
    set_settings(hard.campaign, exposure_budget=2)
    make_item(hard.campaign, query=make_query(hard.campaign, node="violence"), priority=9)
    assignment = lease_next(user=hard.user, campaign=hard.campaign)
    assert assignment.item == hard.item
    skip_assignment(assignment=assignment)
    assert lease_next(user=hard.user, campaign=hard.campaign) == assignment  # what was skipped
    skip_assignment(assignment=assignment)
    assert lease_next(user=hard.user, campaign=hard.campaign) is None


def test_a_spent_budget_lets_nobody_in_without_practice(hard):
    set_settings(hard.campaign, exposure_budget=0)
    assert gate_before(hard.user, hard.campaign) == Gate.QUALIFICATION


def test_who_leaves_out_what_is_left_is_judged_by_what_was_answered(client, hard):
    answer(hard, hard.gold[0])
    leave_out(user=hard.user, campaign=hard.campaign, categories=["violence"])
    assert qualification_of(hard.user, hard.campaign).needed == 1
    assert gate_before(hard.user, hard.campaign) is None
    response = client.post(page_of(hard), said(hard.gold[1], "2"), follow=True)
    assert "of a kind that you leave out" in response.content.decode()
    assert QualificationAnswer.objects.count() == 1


@pytest.fixture
def tired(gold):
    """Somebody who has practised for ten minutes, in a campaign that asks for a rest after eight."""
    set_settings(gold.campaign, break_minutes=8, qualification_items=5)
    gold.gold += [
        make_item(gold.campaign, kind="gold", expected="b", state="practice") for _ in range(3)
    ]
    for item, minutes in zip(gold.gold, (11, 7, 4, 1), strict=False):
        row = answer(gold, item)
        ended = timezone.now() - timedelta(minutes=minutes)
        QualificationAnswer.objects.filter(pk=row.pk).update(created_at=ended)
    return gold


def test_practice_counts_toward_the_break(client, tired):
    assert gate_before(tired.user, tired.campaign) == Gate.BREAK
    assert client.get(page_of(tired)).status_code == 302
    page = client.get(reverse("annotate:next", args=[tired.campaign.slug])).content.decode()
    assert "Time for a rest" in page


def test_what_was_on_the_page_when_the_break_fell_due_is_taken(client, tired):
    answered = said(tired.gold[4], "4")
    assert "Not so." in client.post(page_of(tired), answered, follow=True).content.decode()
    assert QualificationAnswer.objects.count() == 5


def test_nothing_is_practised_on_before_consent(client, gold):
    set_settings(gold.campaign, content_warning="Violence is described.")
    client.post(page_of(gold), said(gold.gold[0], "2"))
    assert QualificationAnswer.objects.count() == 0


@pytest.mark.fault("workbench-rules")
def test_practice_has_the_card_of_the_work(client, gold):
    """The same scale, keys and dialogs; nothing that needs a lease."""
    page = client.get(page_of(gold)).content.decode()
    assert 'data-preference-key="7"' in page
    assert 'data-dialog="keys"' in page
    assert "Practice 1 of 2" in page
    assert "data-translation" in page
    for what in (
        "data-draft-url",
        "data-ahead-url",
        'id="skip"',
        'id="flag"',
        "data-undo",
        "data-diff",
    ):
        assert what not in page


@pytest.mark.fault("workbench-rules")
@pytest.mark.parametrize("item", ["", "x", "9" * 400, "٣", "-1", "0"])
def test_an_item_that_is_none_is_not_found(client, gold, item):
    answer = {"item": item, "preference": "4", "submission": str(uuid4())}
    assert client.post(page_of(gold), answer).status_code == 404
