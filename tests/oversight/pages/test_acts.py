"""Admins act upon many items, after seeing exactly what that touches."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from annotate.simulation.seeding.seeding import seed_campaign
from oversight.data.selectors.datasets import Wanted, registered
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item, settle_item
from oversight.models import ActItem, BulkAct, ItemFacts, ItemTag, Preference, ReviewItem
from oversight.pages.services import acts
from oversight.pages.services.act_kinds import act_kinds
from oversight.pages.services.acts import begin_act, preview, run_acts
from tests.factories import make_campaign, make_item, make_member, make_user
from tests.oversight.pages.test_browser import answer

pytestmark = pytest.mark.django_db
CHOOSE = "/campaigns/maths/items/acts/"
DO = "/campaigns/maths/items/acts/do/"


def ticked(kind, *items, **more):
    return {"kind": kind, "scope": "ticked", "item": [item.pk for item in items], **more}


def judged(campaign, *choices):
    item = make_item(campaign, annotators=len(choices), seats_free=0)
    for choice in choices:
        answer(item, choice)
    settle_item(item=lock_item(item.pk))
    return ReviewItem.objects.get(pk=item.pk)


def states(*items):
    return [ReviewItem.objects.get(pk=item.pk).state for item in items]


def do(campaign, kind, items=None, **more):
    chosen = ItemFacts.objects.filter(campaign=campaign)
    chosen = chosen if items is None else chosen.filter(item__in=[item.pk for item in items])
    found = preview(act_kinds()[kind], chosen)
    return begin_act(
        campaign=campaign, kind=act_kinds()[kind], chosen=chosen, expected=found.items,
        **{"user": make_user(), **more},
    )  # fmt: skip


def test_the_preview_says_what_is_touched_and_touches_nothing(admin, campaign):
    one, other = judged(campaign, "a", "a"), make_item(campaign)
    gone = make_item(campaign, state="withdrawn")
    response = admin.post(CHOOSE, ticked("withdraw", one, other, gone))
    found = response.context["found"]
    assert (found.items, found.left_out, found.answers, found.preferences) == (2, 1, 2, 1)
    assert "2 items" in response.content.decode()
    assert states(one, other) == ["closed", "open"]
    assert not BulkAct.objects.exists()


def test_what_is_withdrawn_is_exported_no_more_and_says_why(admin, campaign):
    one, other = judged(campaign, "a"), judged(campaign, "b")
    response = admin.post(
        DO, ticked("withdraw", one, expected=1, last_id=one.pk, reason="Twice."), follow=True
    )
    assert "1 item done" in response.content.decode()
    assert states(one, other) == ["withdrawn", "closed"]
    one.refresh_from_db()
    assert one.withdrawn_because == "by_hand"
    last = Preference.objects.filter(item=one).latest("pk")
    assert (last.weight, last.reason) == (0, "The item was withdrawn.")
    assert registered()["preferences"].count(Wanted(campaign), most=10) == 1
    html = admin.get(reverse("item", args=["maths", one.pk])).content.decode()
    assert "Withdrawn. Twice." in html
    call_command("recompute_preferences", campaign="maths", check=True)


def test_nothing_is_withdrawn_without_a_reason(admin, campaign):
    item = make_item(campaign)
    response = admin.post(DO, ticked("withdraw", item, expected=1, last_id=item.pk, reason=" "))
    assert response.status_code == 422
    assert states(item) == ["open"]


def test_what_others_changed_meanwhile_is_shown_anew_and_not_done(admin, campaign):
    one, other = make_item(campaign), make_item(campaign)
    ReviewItem.objects.filter(pk=other.pk).update(state="withdrawn")
    response = admin.post(
        DO, ticked("withdraw", one, other, expected=2, last_id=other.pk, reason="Twice.")
    )
    assert response.status_code == 409
    assert "by now it would be 1 and not 2 items" in response.content.decode()
    assert response.context["found"].items == 1
    assert states(one) == ["open"]


def test_all_of_a_list_is_what_it_was_at_the_preview(admin, campaign):
    items = [make_item(campaign, kind="gold", expected="a") for _ in range(2)]
    make_item(campaign)
    query = {"kind": "tag", "scope": "all", "query": "kind=gold"}
    found = admin.post(CHOOSE, query).context["found"]
    assert found.items == 2
    later = make_item(campaign, kind="gold", expected="a")
    told = {"expected": found.items, "last_id": found.last_id, "tag": " odd "}
    admin.post(DO, {**query, **told})
    assert set(ItemTag.objects.values_list("item", "tag")) == {(item.pk, "odd") for item in items}
    assert BulkAct.objects.get().chosen == "Question: Gold"
    assert not later.tags.exists()


def test_another_campaigns_items_are_never_touched(admin, campaign):
    item = make_item(make_campaign())
    assert admin.post(CHOOSE, ticked("withdraw", item)).context["found"].items == 0
    admin.post(DO, ticked("withdraw", item, expected=1, last_id=item.pk, reason="x"))
    assert states(item) == ["open"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "burn"}, {"scope": "some"}, {"query": "no=filter", "scope": "all"}]
)
def test_what_is_not_understood_is_said_and_does_nothing(admin, campaign, wrong):
    item = make_item(campaign)
    for page, sent in (
        (CHOOSE, ticked("withdraw", item) | wrong),
        (DO, ticked("withdraw", item, expected=1) | wrong),
        (DO, ticked("withdraw", item)),
    ):
        answer = admin.post(page, sent, follow=True)
        assert "Not done: choose items" in answer.content.decode()
    assert states(item) == ["open"]


def test_a_closed_item_is_asked_once_more_and_prefers_nothing_until_then(campaign):
    item, opened = judged(campaign, "a"), make_item(campaign)
    act = do(campaign, "requeue")
    assert act.items.count() == 1
    item.refresh_from_db()
    assert (item.state, item.annotators, item.seats_free) == ("open", 2, 1)
    assert Preference.objects.filter(item=item).latest("pk").weight == 0
    answer(item, "a")
    settle_item(item=lock_item(item.pk))
    assert Preference.objects.filter(item=item).latest("pk").weight == 1
    assert states(opened) == ["open"]


def test_an_item_that_was_closed_early_is_asked_of_one_more_person_only(campaign):
    item = make_item(campaign, annotators=3, state="closed", seats_free=2)
    do(campaign, "requeue", [item])
    item.refresh_from_db()
    assert (item.annotators, item.seats_free) == (2, 1)


def test_open_items_are_moved_before_all_others(campaign):
    first = make_item(campaign, priority=100)
    moved = [make_item(campaign) for _ in range(2)]
    do(campaign, "priority", moved)
    for item in moved:
        item.refresh_from_db()
        assert item.priority == 101
    first.refresh_from_db()
    assert first.priority == 100


def test_an_adjudication_goes_with_its_item_and_the_preview_counts_it():
    campaign = seed_campaign(slug="many", items=80, seed=1)
    adjudication = campaign.items.filter(adjudicates__isnull=False).first()
    chosen = ItemFacts.objects.filter(item=adjudication.adjudicates_id)
    assert preview(act_kinds()["withdraw"], chosen).companions == 1
    do(campaign, "withdraw", [adjudication.adjudicates])
    assert states(adjudication, adjudication.adjudicates) == ["withdrawn", "withdrawn"]
    call_command("recompute_preferences", campaign="many", check=True)


def test_many_are_left_to_a_worker_that_goes_on_where_another_was_killed(campaign, monkeypatch):
    monkeypatch.setattr(acts, "AT_ONCE", 1)
    monkeypatch.setattr(acts, "LOT", 2)
    items = [make_item(campaign) for _ in range(5)]
    act = do(campaign, "withdraw", reason="Twice.")
    assert (act.state, states(*items)) == ("waiting", ["open"] * 5)
    assert acts._do_lot(act.pk), "a worker that is killed after its first lot"
    assert states(*items).count("withdrawn") == 2
    run_acts()
    act.refresh_from_db()
    assert act.state == "done"
    assert states(*items) == ["withdrawn"] * 5
    assert acts.counts_of(act) == {"done": 5, "left": 0, "alone": 0}


def test_what_changed_before_its_turn_is_left_alone_and_told(admin, campaign, monkeypatch):
    monkeypatch.setattr(acts, "AT_ONCE", 0)
    item, other = judged(campaign, "a"), judged(campaign, "a")
    act = do(campaign, "requeue")
    page = reverse("act", args=["maths", act.pk])
    assert "0 items done, 2 to go" in admin.get(page).content.decode()
    ReviewItem.objects.filter(pk=item.pk).update(state="withdrawn")
    run_acts()
    assert states(item, other) == ["withdrawn", "open"]
    assert ActItem.objects.get(act=act, item=item).outcome == "not closed any more"
    part = admin.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "not closed any more" in part
    assert "<html" not in part


def test_a_lot_that_fails_is_undone_whole(campaign, monkeypatch):
    monkeypatch.setattr(acts, "AT_ONCE", 0)
    item = make_item(campaign)
    act = do(campaign, "withdraw", reason="x")

    def fail(act, item_ids):
        ReviewItem.objects.filter(pk__in=item_ids).update(state="withdrawn")
        raise WrongState("killed")

    kind = act_kinds()["withdraw"]
    monkeypatch.setattr(
        acts, "act_kinds", lambda: {"withdraw": type(kind)(**{**vars(kind), "apply": fail})}
    )
    with pytest.raises(WrongState):
        acts._do_lot(act.pk)
    assert states(item) == ["open"]
    assert ActItem.objects.get(act=act).outcome == ""


def test_only_admins_act(client, campaign):
    item = make_item(campaign)
    client.force_login(make_member(campaign, "engineer"))
    data = ticked("withdraw", item, expected=1, last_id=item.pk, reason="x")
    assert client.post(DO, data).status_code == 403
    assert client.get(DO).status_code == 405
    assert states(item) == ["open"]
