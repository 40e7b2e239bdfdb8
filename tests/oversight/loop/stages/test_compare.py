"""Before the gate people compare the candidate with the version at work, where the campaign asks."""

import pytest

from oversight.errors import WrongState
from oversight.feedback.services.judgements import record_judgement
from oversight.feedback.services.preferences import conclude_item
from oversight.loop.selectors.rounds import live_round
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import close_review
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import compare
from oversight.models import Preference, Purpose, ReviewItem, Stage
from tests.factories import make_query, make_response, make_user
from tests.oversight.learning.services.test_gate_evidence import answer, judged, round_

__all__ = ["round_"]  # a fixture
pytestmark = pytest.mark.django_db


def ask(found, count):
    found.plan["gate_items"] = count
    found.stage = Stage.COMPARE
    found.save()
    compare.write(found, 0, compare.think(found, 0))
    return ReviewItem.objects.filter(round=found)


def say(items, choice):
    for item in items:
        record_judgement(item=item, user=make_user(), order_shown="ab", choice=choice, strength=1)
        ReviewItem.objects.filter(pk=item.pk).update(state="closed")
        assert conclude_item(item=item) is None


def test_nobody_is_asked_unless_the_campaign_wants_it(round_):
    answer(round_, 0.1, 0.9)
    assert compare.unit_count(round_) == 0
    round_.plan["gate_items"] = 5
    assert compare.unit_count(round_) == 1
    round_.training_run.delete()
    round_.refresh_from_db()
    round_.plan["gate_items"] = 5
    assert compare.unit_count(round_) == 0


def test_a_random_sample_of_answers_that_differ_is_asked_about_with_its_probability(round_):
    pairs = answer(round_, 0.1, 0.9, count=30)
    items = ask(round_, 12)
    assert len(items) == 12
    assert {item.propensity for item in items} == {12 / 30}
    by_query = {new.query_id: (new.pk, old.pk) for new, old in pairs}
    assert all((i.response_a_id, i.response_b_id) == by_query[i.query_id] for i in items)
    assert {item.query.split for item in items} == {"held_out"}
    again = compare.think(round_, 0)
    assert {new.pk for new, _ in again.pairs} == {item.response_a_id for item in items}


def test_equal_answers_need_nobody(round_):
    answer(round_, 0.1, 0.9, count=3)
    query = make_query(round_.campaign, split="held_out")
    for version in (round_.training_run.result_version, round_.learner):
        make_response(query, "the same", version=version, purpose=Purpose.EVALUATION)
    round_.plan["gate_items"] = 50
    sampled = compare.think(round_, 0)
    assert (len(sampled.pairs), sampled.propensity) == (3, 1.0)


@pytest.mark.parametrize(("choice", "is_promoted"), [("a", True), ("b", False)])
def test_the_gate_goes_by_what_people_say_and_nothing_is_trained_on(round_, choice, is_promoted):
    answer(round_, 0.5, 0.5, count=30)
    say(ask(round_, 24), choice)
    evaluation = judged(round_)
    assert evaluation.is_promoted == is_promoted, evaluation.reasons
    assert evaluation.metrics["human_queries"] == 24
    assert "by people" in evaluation.reasons[0]
    assert not Preference.objects.exists()


def test_several_people_on_one_query_are_one_comparison(round_):
    answer(round_, 0.5, 0.5, count=24)
    items = ask(round_, 24)
    say(items, "a")
    say(items, "b")
    evaluation = judged(round_)
    assert evaluation.metrics["human_queries"] == 24
    assert evaluation.metrics["human_win_rate"] == 0.5


def stand_at_compare(found):
    found.plan["gate_items"] = 4
    found.stage = Stage.COMPARE
    found.save()
    assert advance_round(found.pk) == Stage.COMPARE
    run_unit(claim_unit("control", found.pk))
    return ReviewItem.objects.filter(round=found)


def test_the_round_waits_for_people_and_goes_on_after_the_last(round_):
    answer(round_, 0.1, 0.9, count=6)
    *others, last = stand_at_compare(round_)
    live = live_round(round_)
    assert live.waits_for_people
    assert (live.now.label, live.now.done, live.now.total) == ("People compare", 0, 4)
    say(others, "a")
    assert advance_round(round_.pk) == Stage.COMPARE
    say([last], "a")
    assert advance_round(round_.pk) == Stage.GATE


def test_an_admin_goes_on_without_the_rest(round_):
    answer(round_, 0.1, 0.9, count=6)
    items = stand_at_compare(round_)
    say(items[:1], "a")
    close_review(round=round_)
    assert sorted(items.values_list("state", flat=True)) == ["closed", *["withdrawn"] * 3]
    assert advance_round(round_.pk) == Stage.GATE
    with pytest.raises(WrongState, match="not waiting for people"):
        close_review(round=round_)


def test_before_its_items_are_there_it_cannot_be_closed(round_):
    answer(round_, 0.1, 0.9, count=6)
    round_.plan["gate_items"] = 4
    round_.stage = Stage.COMPARE
    round_.save()
    with pytest.raises(WrongState, match="not waiting for people"):
        close_review(round=round_)
    assert not live_round(round_).waits_for_people
