"""What a person meets in the queue, and what they cannot tell from it."""

import re

import pytest
from django.urls import reverse

from annotate.errors import AlreadyAnswered
from annotate.models import Assignment, AssignmentState
from annotate.queue.selectors.assignments import progress_of
from annotate.queue.selectors.qualification import practice_items
from annotate.queue.services.leases import lease_ahead, lease_next, skip_assignment
from annotate.work.services.flags import flag_assignment
from oversight.asking.services.control_items import ask_prepared, hold_without_critiques
from oversight.asking.services.gold import make_gold_items
from oversight.models import Arm, Critique, ItemState, ReviewItem
from tests.annotate.records import make_reviewed_pair
from tests.factories import (
    make_campaign,
    make_item,
    make_query,
    make_response,
    make_round,
    make_version,
    set_settings,
)

pytestmark = [pytest.mark.django_db, pytest.mark.fault("workbench-rules")]


@pytest.mark.parametrize(
    "shares", [{"blind_first_share": 1.0}, {"hidden_share": 1.0}, {"evidence_share": 1.0}]
)
def test_without_a_critique_nothing_is_hidden_or_shown_late(pair, shares):
    set_settings(pair.campaign, **shares)
    bare = make_item(pair.campaign, priority=9)
    assignment = lease_next(user=pair.user, campaign=pair.campaign)
    assert assignment.item == bare
    assert (assignment.arm, assignment.arm_propensity) == (Arm.SHOWN, 1.0)


@pytest.mark.parametrize(
    ("shares", "arm"),
    [
        ({"blind_first_share": 1.0}, Arm.BLIND_FIRST),
        ({"hidden_share": 1.0}, Arm.HIDDEN),
        ({"evidence_share": 1.0}, Arm.EVIDENCE),
    ],
)
def test_with_a_critique_the_arm_is_drawn(pair, shares, arm):
    set_settings(pair.campaign, **shares)
    assert lease_next(user=pair.user, campaign=pair.campaign).arm == arm


def test_a_critique_that_says_nothing_is_none(pair):
    set_settings(pair.campaign, blind_first_share=1.0)
    bare = make_item(pair.campaign, priority=9)
    critic = make_version(pair.campaign, "critic", active=False)
    Critique.objects.create(response=bare.response_a, version=critic, raw_text="?")
    assert lease_next(user=pair.user, campaign=pair.campaign).arm == Arm.SHOWN


def skip(pair):
    assignment = lease_next(user=pair.user, campaign=pair.campaign)
    skip_assignment(assignment=assignment)
    return assignment


def test_what_was_skipped_comes_back_when_nothing_else_is_left(pair):
    other = make_item(pair.campaign)
    first = skip(pair)
    assert lease_next(user=pair.user, campaign=pair.campaign).item == other
    skip(pair)
    again = lease_next(user=pair.user, campaign=pair.campaign)
    assert (again, again.was_offered_again) == (first, True)
    assert again.state == AssignmentState.LEASED


def test_it_comes_back_once(pair):
    skip(pair)
    assert progress_of(pair.user, pair.campaign).open == 1
    skip(pair)
    assert lease_next(user=pair.user, campaign=pair.campaign) is None
    assert progress_of(pair.user, pair.campaign).open == 0


def test_a_flagged_item_does_not_come_back(pair):
    assignment = lease_next(user=pair.user, campaign=pair.campaign)
    flag_assignment(assignment=assignment, kind="broken", reason="cut off")
    assert lease_next(user=pair.user, campaign=pair.campaign) is None
    assert progress_of(pair.user, pair.campaign).open == 0


def test_what_somebody_else_took_does_not_come_back(pair):
    skip(pair)
    assert lease_next(user=pair.another(), campaign=pair.campaign).item == pair.item
    assert lease_next(user=pair.user, campaign=pair.campaign) is None


def test_it_is_never_leased_beyond_its_seats(pair):
    skip(pair)
    lease_next(user=pair.user, campaign=pair.campaign)
    pair.item.refresh_from_db()
    assert pair.item.seats_free == 0
    assert lease_next(user=pair.another(), campaign=pair.campaign) is None


def test_it_is_not_held_ready_while_others_may_want_it(pair):
    make_item(pair.campaign)
    skip(pair)
    held = lease_next(user=pair.user, campaign=pair.campaign)
    assert lease_ahead(assignment=held) is None
    assert lease_next(user=pair.another(), campaign=pair.campaign).item == pair.item


def test_the_card_says_that_it_was_skipped_before(client, pair):
    client.force_login(pair.user)
    skip(pair)
    page = client.post(reverse("annotate:lease", args=[pair.campaign.slug]), follow=True)
    assert "You skipped this one before" in page.content.decode()


def test_a_second_skip_of_an_answered_item_is_refused(pair):
    assignment = skip(pair)
    Assignment.objects.filter(pk=assignment.pk).update(state=AssignmentState.SUBMITTED)
    with pytest.raises(AlreadyAnswered):
        skip_assignment(assignment=assignment)


def test_progress_counts_this_round(pair):
    version = make_version(pair.campaign, active=False)
    old = Assignment.objects.create(
        item=make_item(pair.campaign, state=ItemState.CLOSED), campaign=pair.campaign,
        annotator=pair.user, state=AssignmentState.SUBMITTED, expires_at="2020-01-01T00:00Z",
        leased_at="2020-01-01T00:00Z",
    )  # fmt: skip
    before = progress_of(pair.user, pair.campaign)
    assert (before.judged, before.is_of_round, before.judged_words) == (1, False, "1 judged")
    make_round(version)
    during = progress_of(pair.user, pair.campaign)
    assert (during.judged, during.judged_words) == (0, "0 judged this round")
    Assignment.objects.filter(pk=old.pk).update(leased_at="2099-01-01T00:00Z")
    assert progress_of(pair.user, pair.campaign).judged == 1


def shape(client, assignment):
    """The card without its texts and numbers: what is left must not tell one kind from another."""
    reply = client.get(
        reverse("annotate:assignment", args=[assignment.pk]), headers={"HX-Request": "true"}
    )
    html = re.sub(r'value="[^"]*"|placeholder="[^"]*"', "", reply.content.decode())
    return re.sub(r">[^<]*<", "><", re.sub(r"\d+", "", html))


@pytest.mark.parametrize("kind", ["gold", "tampered"])
def test_items_whose_answer_is_known_look_like_any_other(client, pair, kind):
    known = make_reviewed_pair(
        pair.campaign, query_text="Another query?", kind=kind, expected="a", priority=-1
    ).item
    client.force_login(pair.user)
    ordinary = lease_next(user=pair.user, campaign=pair.campaign)
    hidden = lease_ahead(assignment=ordinary)
    assert hidden.item_id == known.pk
    Assignment.objects.update(order_shown="ab")
    assert shape(client, ordinary) == shape(client, hidden)


@pytest.fixture
def marked():
    """A campaign of imported answers, of which one is known to be right and one wrong."""
    campaign = make_campaign()
    for _ in range(3):
        query = make_query(campaign)
        version = make_version(campaign, active=False)
        for is_right in (True, False):
            make_response(query, version, is_marked_correct=is_right, sample=int(is_right))
    return campaign


def test_gold_waits_for_critiques_where_the_others_have_some(marked):
    learner = make_version(marked)
    critic = make_version(marked, "critic")
    round_ = make_round(learner, critic=critic)
    assert make_gold_items(campaign=marked, count=2, seed=1) == 2
    gold = marked.items.filter(kind="gold")
    assert {item.state for item in gold} == {ItemState.PREPARING}
    assert not marked.items.open().exists()
    done, waiting = gold
    for response in (done.response_a, done.response_b):
        Critique.objects.create(response=response, version=critic, verdict="sound", raw_text="")
    assert ask_prepared(round_) == 1
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, waiting.state) == (ItemState.OPEN, ItemState.PREPARING)


def test_gold_is_asked_at_once_where_nothing_has_critiques(marked):
    make_gold_items(campaign=marked, count=2, seed=1)
    assert marked.items.open().filter(kind="gold").count() == 2


def test_a_round_without_a_critic_asks_what_waited(marked):
    learner = make_version(marked)
    round_ = make_round(
        learner,
        critic=make_version(marked, "critic"),
        finished_at="2026-01-01T00:00Z",
        stage="done",
    )
    make_gold_items(campaign=marked, count=1, seed=1)
    later = make_round(learner, critic=None, number=round_.number + 1)
    assert ask_prepared(later) == 1


def test_items_that_have_their_critiques_do_not_wait(marked):
    critic = make_version(marked, "critic")
    make_round(make_version(marked), critic=critic)
    item = make_item(marked)
    for response in (item.response_a, item.response_b):
        Critique.objects.create(response=response, version=critic, verdict="sound", raw_text="")
    hold_without_critiques(marked, [item])
    assert item.state == ItemState.OPEN


def test_practice_asks_for_no_flaws_since_none_are_kept(marked):
    marked.judging.asks_flaws = True
    marked.judging.save()
    make_gold_items(campaign=marked, count=1, seed=1, is_practice=True)
    make_gold_items(campaign=marked, count=1, seed=2)
    asked = dict(ReviewItem.objects.values_list("state", "asks_flaws"))
    assert asked == {ItemState.PRACTICE: False, ItemState.OPEN: True}


def test_gold_for_practice_is_never_in_the_queue(marked):
    make_gold_items(campaign=marked, count=2, seed=1, is_practice=True)
    make_gold_items(campaign=marked, count=1, seed=2)
    from tests.factories import make_member

    person = make_member(marked)
    assert practice_items(person, marked).count() == 2
    offered = lease_next(user=person, campaign=marked)
    assert offered.item not in practice_items(person, marked)
    assert lease_ahead(assignment=offered) is None


def test_one_query_is_not_both_practised_on_and_asked(marked):
    make_gold_items(campaign=marked, count=3, seed=1, is_practice=True)
    assert make_gold_items(campaign=marked, count=3, seed=2) == 0
