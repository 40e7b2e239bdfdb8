"""What follows from an answer when it changes, for whoever has a page of it open."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from annotate.errors import ItemGone
from annotate.models import Flag
from annotate.queue.services.leases import lease_next
from annotate.work.services.flags import flag_assignment, settle_flag
from annotate.work.services.submissions import submit_annotation
from oversight.data.selectors.preferences import preference_rows, standing_preferences
from oversight.models import (
    ItemState,
    Judgement,
    MemberRole,
    Preference,
    PreferenceKind,
    ReviewItem,
    Withdrawal,
)
from tests.annotate.records import make_answer, make_reviewed_pair, url
from tests.factories import make_campaign, make_item, make_member, make_round

pytestmark = [pytest.mark.django_db, pytest.mark.fault("corrections")]


@pytest.fixture
def campaign():
    return make_campaign(is_adjudicated=True)


@pytest.fixture
def item(campaign):
    item = make_item(campaign, annotators=2)
    item.round = make_round(item.response_a.version)
    item.save()
    return item


@pytest.fixture
def people(campaign):
    return [make_member(campaign) for _ in range(3)]


def submit(assignment, choice, **fields):
    strength = 2 if choice in ("a", "b") else None
    return submit_annotation(
        assignment=assignment, submission=uuid4(), choice=choice, strength=strength, verdicts={},
        **fields,
    )  # fmt: skip


def judge(person, item, choice):
    return submit(lease_next(user=person, campaign=item.campaign), choice)


def correct(person, item, choice):
    assignment = item.assignments.get(annotator=person)
    standing = assignment.annotations.get(superseded_by=None)
    return submit(assignment, choice, corrects=standing.pk)


def judged(item, people, *choices):
    for person, choice in zip(people, choices, strict=False):
        judge(person, item, choice)
    return ReviewItem.objects.filter(adjudicates=item).first()


def preferred(item):
    rows = standing_preferences(item.campaign)
    return [("a" if row.chosen_id == item.response_a_id else "b") for row in rows]


def test_an_adjudicator_whose_page_is_open_gets_an_honest_answer(item, people):
    judged(item, people, "a", "b")
    third = lease_next(user=people[2], campaign=item.campaign)
    correct(people[0], item, "b")
    assert preferred(item) == ["b"]
    third.item.refresh_from_db()
    assert (third.item.state, third.item.withdrawn_because) == ("withdrawn", "not_needed")
    client = Client()
    client.force_login(people[2])
    page = client.post(url("submit", third), make_answer(third), follow=True).content.decode()
    assert "closed meanwhile" in page
    assert "Saved." not in page
    assert "closed meanwhile" in client.get(url("assignment", third)).content.decode()
    assert preferred(item) == ["b"]
    with pytest.raises(ItemGone):
        submit(third, "a")


@pytest.mark.parametrize("decisive", ["a", "b", "tie"])
def test_the_adjudicators_word_is_the_only_one_that_stands(item, people, decisive):
    judged(item, people, "a", "b")
    third = lease_next(user=people[2], campaign=item.campaign)
    submit(third, decisive)
    expected = [decisive] if decisive != "tie" else []
    assert preferred(item) == expected
    for choice in ("b", "tie", "a"):
        correct(people[0], item, choice)
        assert preferred(item) == expected
    correct(people[1], item, "a")
    assert preferred(item) == expected


def test_a_label_that_a_correction_made_gives_way_to_the_adjudicator(item, people):
    """Level, not level, level again: the one who was asked is asked again, and decides."""
    judged(item, people, "a", "b")
    third = lease_next(user=people[2], campaign=item.campaign)
    correct(people[0], item, "b")
    correct(people[0], item, "a")
    assert preferred(item) == []
    assert lease_next(user=people[2], campaign=item.campaign) == third
    submit(third, "a")
    assert preferred(item) == ["a"]
    assert Preference.objects.filter(superseded_by=None).count() == 1


def test_an_adjudicator_corrects_their_own_word(item, people):
    decisive = judged(item, people, "a", "b")
    judge(people[2], item, "a")
    correct(people[2], decisive, "b")
    assert preferred(item) == ["b"]
    correct(people[2], decisive, "both_bad")
    assert preferred(item) == []


def test_adjudication_opens_when_a_correction_makes_the_answers_level(item, people):
    assert judged(item, people, "a", "a") is None
    assert preferred(item) == ["a"]
    correct(people[0], item, "b")
    assert preferred(item) == []
    decisive = ReviewItem.objects.get(adjudicates=item)
    assert decisive.state == ItemState.OPEN
    assert lease_next(user=people[2], campaign=item.campaign).item == decisive


def test_a_flagged_item_that_was_judged_meanwhile_is_withdrawn_with_its_label(people, campaign):
    pair = make_reviewed_pair(campaign)
    flag = flag_assignment(
        assignment=lease_next(user=people[0], campaign=campaign), kind="broken", reason="Cut off."
    )
    judge(people[1], pair.item, "a")
    assert preferred(pair.item) == ["a"]
    admin = make_member(campaign, MemberRole.OWNER)
    client = Client()
    client.force_login(admin)
    settle = reverse("annotate:flag-settle", args=[flag.pk])
    page = client.post(settle, {"withdraw": "1"}, follow=True).content.decode()
    assert "nothing said of it is used any more" in page
    pair.item.refresh_from_db()
    assert (pair.item.state, pair.item.withdrawn_because) == ("withdrawn", Withdrawal.FAULT)
    assert list(preference_rows(campaign)) == []
    last = Preference.objects.get(superseded_by=None)
    assert (last.weight, last.reason) == (0, "The item was withdrawn.")
    assert not Judgement.objects.standing().exists()
    history = reverse("annotate:history", args=[campaign.slug])
    client.force_login(people[1])
    assert "nothing said of it is used" in client.get(history).content.decode()


def test_what_somebody_wrote_for_a_withdrawn_item_goes_with_it(client, pair, assignment):
    client.post(url("submit", assignment), make_answer(assignment, **{"rewrite-A": "#### 50"}))
    assert standing_preferences(pair.campaign).count() == 2
    flag = Flag.objects.create(assignment=assignment, kind="broken", reason="x")
    settle_flag(flag=flag, user=pair.another(), is_withdrawn=True)
    assert not standing_preferences(pair.campaign).exists()
    written = Preference.objects.get(kind=PreferenceKind.REWRITTEN, superseded_by=None)
    assert (written.weight, written.reason) == (0, "The item was withdrawn.")


@pytest.mark.parametrize("which", ["item", "adjudication"])
def test_an_item_and_its_adjudication_are_withdrawn_together(item, people, which):
    decisive = judged(item, people, "a", "b")
    judge(people[2], item, "b")
    whose, person = (item, people[0]) if which == "item" else (decisive, people[2])
    flag = Flag.objects.create(
        assignment=whose.assignments.get(annotator=person), kind="broken", reason="x"
    )
    settle_flag(flag=flag, user=people[0], is_withdrawn=True)
    states = ReviewItem.objects.values_list("state", "withdrawn_because")
    assert set(states) == {("withdrawn", "fault")}
    assert preferred(item) == []


def test_who_corrects_what_was_decided_is_told_so(item, people):
    judged(item, people, "a", "b")
    judge(people[2], item, "b")
    mine = item.assignments.get(annotator=people[0])
    client = Client()
    client.force_login(people[0])
    answer = make_answer(mine, "4", corrects=mine.annotations.get().pk)
    page = client.post(url("correct", mine), answer, follow=True).content.decode()
    assert "that word stays the last" in page
