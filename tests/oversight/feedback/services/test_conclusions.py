"""Judgements become preferences: the majority decides, corrections supersede, nothing vanishes."""

import pytest
from django.db import IntegrityError, InternalError, transaction

from oversight.data.services.snapshots import make_snapshot, standing_preferences
from oversight.feedback.services.preferences import conclude_item
from oversight.models import Judgement, Preference, Source
from tests.factories import make_campaign, make_item, make_query

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return make_item(make_campaign(), annotators=3)


def judge(item, choice, source=Source.PERSON, **fields):
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        source=source,
        choice=choice,
        **fields,
    )


@pytest.mark.parametrize(
    ("choices", "chosen"),
    [
        pytest.param(["a"], "a", id="one"),
        pytest.param(["a", "b", "b"], "b", id="majority"),
        pytest.param(["a", "b"], None, id="split"),
        pytest.param(["tie", "tie", "b"], "b", id="ties-abstain"),
        pytest.param(["both_bad"], None, id="both-bad"),
        pytest.param([], None, id="nobody"),
    ],
)
def test_the_majority_of_those_who_prefer_one_decides(item, choices, chosen):
    for choice in choices:
        judge(item, choice)
    preference = conclude_item(item=item)
    if chosen is None:
        assert preference is None
        return
    pair = (item.response_a, item.response_b)
    expected = pair if chosen == "a" else pair[::-1]
    assert (preference.chosen, preference.rejected) == expected
    assert (preference.p_w, preference.p_l, preference.weight) == (1.0, 0.0, 1.0)


def test_concluding_twice_writes_once(item):
    judge(item, "a")
    assert conclude_item(item=item) == conclude_item(item=item)
    assert Preference.objects.count() == 1


def test_a_correction_supersedes(item):
    first = judge(item, "a")
    old = conclude_item(item=item)
    judge(item, "b", supersedes=first)
    new = conclude_item(item=item)
    assert new.supersedes == old
    assert list(standing_preferences(item.campaign)) == [new]
    assert Preference.objects.count() == 2


def test_a_preference_that_nobody_holds_any_more_weighs_nothing(item):
    first = judge(item, "a")
    conclude_item(item=item)
    judge(item, "tie", supersedes=first)
    assert conclude_item(item=item).weight == 0
    assert not standing_preferences(item.campaign).exists()


def test_one_simulated_judge_makes_it_simulated(item):
    judge(item, "a")
    judge(item, "a", source=Source.SIMULATED)
    assert conclude_item(item=item).source == Source.SIMULATED


def test_the_critic_is_not_counted_among_people(item):
    judge(item, "b")
    from tests.factories import make_version

    critic = make_version(item.campaign, "critic")
    judge(item, "a", source=Source.CRITIC, version=critic)
    judge(item, "a", source=Source.CHECKER)
    assert conclude_item(item=item).chosen == item.response_b


def test_a_held_out_query_gives_none():
    campaign = make_campaign()
    held_out = make_item(campaign, query=make_query(campaign, split="held_out"))
    judge(held_out, "a")
    assert conclude_item(item=held_out) is None


def test_the_same_preferences_make_the_same_snapshot(item):
    judge(item, "a")
    conclude_item(item=item)
    first = make_snapshot(campaign=item.campaign)
    assert make_snapshot(campaign=item.campaign) == first
    assert first.train_count + first.validation_count == 1
    other = make_item(item.campaign)
    judge(other, "b")
    conclude_item(item=other)
    second = make_snapshot(campaign=item.campaign)
    assert second.sha256 != first.sha256
    assert first.rows.count() == 1
    assert second.rows.count() == 2


def test_a_snapshots_hash_names_content_and_not_ids(item):
    def snapshot_of_a_twin():
        campaign = make_campaign()
        query = make_query(campaign, "The same question?", cluster="same")
        twin = make_item(campaign, query=query)
        judge(twin, "a")
        conclude_item(item=twin)
        return make_snapshot(campaign=campaign)

    assert snapshot_of_a_twin().sha256 == snapshot_of_a_twin().sha256


@pytest.mark.parametrize("change", ["update", "delete"])
def test_feedback_is_append_only(item, change):
    judgement = judge(item, "a")
    preference = conclude_item(item=item)
    for row in (judgement, preference):
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            rows._raw_delete("default") if change == "delete" else rows.update(created_at=None)
