import pytest
from django.urls import reverse

from annotate.errors import AlreadyAnswered
from annotate.models import QualificationAnswer
from annotate.selectors.gates import Gate, gate_before
from annotate.selectors.qualification import practice_items, qualification_of
from annotate.services.care import leave_out
from annotate.services.leases import lease_next
from annotate.services.qualification import answer_practice_item
from oversight.models import Judgement
from tests.factories import make_item, make_query, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(pair):
    """A campaign that asks for two gold items, of which it has two, to be all right."""
    campaign = pair.campaign
    campaign.qualification_items, campaign.qualification_share = 2, 1.0
    campaign.save()
    pair.gold = [make_item(campaign, kind="gold", expected="b") for _ in range(2)]
    return pair


def answer(pair, item, choice="b"):
    return answer_practice_item(
        user=pair.user,
        campaign=pair.campaign,
        item_id=item.pk,
        choice=choice,
        order_shown="ab",
    )


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
        response = client.post(page_of(gold), {"item": item.pk, "preference": "1" if left else "0"})
        assert "Right." in client.get(response.url).content.decode()
    assert gate_before(gold.user, gold.campaign) is None
    assert Judgement.objects.count() == 0
    # Who practised on an item knows its answer: it is not offered again.
    assert lease_next(user=gold.user, campaign=gold.campaign).item == gold.item


def test_a_wrong_answer_is_told_the_right_one(client, gold):
    item = gold.gold[0]
    response = client.post(page_of(gold), {"item": item.pk, "preference": "tie"})
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
    more = [make_item(gold.campaign, kind="gold", expected="b") for _ in range(2)]
    assert qualification_of(gold.user, gold.campaign).answered == 0
    for item in more:
        answer(gold, item)
    assert gate_before(gold.user, gold.campaign) is None


def test_an_item_is_practised_on_once(gold):
    answer(gold, gold.gold[0])
    with pytest.raises(AlreadyAnswered):
        answer(gold, gold.gold[0])


def test_without_gold_items_nobody_is_kept_out(pair):
    pair.campaign.qualification_items = 3
    assert gate_before(pair.user, pair.campaign) is None


def test_nothing_chosen_is_said(client, gold):
    response = client.post(page_of(gold), {"item": gold.gold[0].pk})
    assert response.status_code == 422
    assert "required" in response.content.decode()


def test_feedback_is_the_persons_own(client, gold):
    row = answer(gold, gold.gold[0])
    page = reverse("annotate:practice-feedback", args=[gold.campaign.slug, row.pk])
    assert client.get(page).status_code == 200
    client.force_login(gold.another())
    assert client.get(page).status_code == 404
    client.force_login(make_user())
    assert client.get(page_of(gold)).status_code == 404


def test_kinds_left_out_are_not_practised_on(gold):
    gold.campaign.harm_by_category = {"violence": "severe"}
    gold.campaign.save()
    hard = make_item(
        gold.campaign,
        kind="gold",
        expected="b",
        query=make_query(gold.campaign, node="violence"),
    )
    assert hard in practice_items(gold.user, gold.campaign)
    leave_out(user=gold.user, campaign=gold.campaign, categories=["violence"])
    assert list(practice_items(gold.user, gold.campaign)) == gold.gold
