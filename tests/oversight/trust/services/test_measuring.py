"""A label's p_w and p_l come from audits of the source, and say what they were measured on."""

import pytest

from oversight.feedback.services.preferences import conclude_item
from oversight.loop.stages import collect
from oversight.models import Judgement, Preference, Source, SourceReliability, TrainingRun
from oversight.trust.selectors.judged_pairs import judged_pairs
from oversight.trust.services.acceptance import fit_rule
from oversight.trust.services.measuring import measure_critic
from tests.factories import make_campaign, make_item, make_user, make_version
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    campaign = make_campaign()
    return make_round(campaign, make_version(campaign, "critic"))


def run_collect(round_):
    collect.write(round_, 0, collect.think(round_, 0))
    return SourceReliability.objects.get(round=round_, source="critic")


def test_labels_carry_what_was_measured_and_on_what(round_):
    for human in "aaab":
        add_pair(round_, 0.9, human=human)
    accepted = add_pair(round_, 0.9)
    row = run_collect(round_)
    label = Preference.objects.get(query=accepted.query)
    assert label.reliability == row
    assert (label.p_w, label.p_l) == (pytest.approx(11 / 13), pytest.approx(2 / 13))
    assert (row.method, row.pairs, row.audited, row.judged_by) == ("beta", 5, 4, "person")
    assert row.strata[0]["name"] == "all pairs"
    assert row.strata[0]["agreement"] == 0.75
    assert row.calibration["said"]["pairs"] == 4


def test_many_audits_find_the_side_that_lures_the_critic(round_):
    for index in range(60):
        a_is_longer = index % 2 == 0
        sizes = (400, 100) if a_is_longer else (100, 400)
        # It always takes the longer one; people prefer that in half of the pairs.
        human = "a" if index % 4 in (0, 1) else "b"
        add_pair(round_, 0.9 if a_is_longer else 0.1, human=human, sizes=sizes)
    longer = add_pair(round_, 0.9, sizes=(400, 100))
    row = run_collect(round_)
    label = Preference.objects.get(query=longer.query)
    assert row.method == "model"
    assert abs(label.p_w - label.p_l) < 0.3
    assert row.coefficients["lure: length"] > 0.5


def test_a_person_replaces_the_critic_on_audited_pairs(round_):
    add_pair(round_, 0.9, human="b")
    run_collect(round_)
    assert not Preference.objects.filter(source="critic").exists()


def test_a_round_without_a_critic_measures_nothing_and_goes_on(round_):
    alone = make_round(round_.campaign, None)
    assert measure_critic(alone).row is None
    collect.write(alone, 0, collect.think(alone, 0))
    assert TrainingRun.objects.filter(round=alone).exists()


def test_earlier_rounds_of_the_same_critic_count_and_others_do_not(round_):
    for _ in range(3):
        add_pair(round_, 0.9, human="a")
    same = make_round(round_.campaign, round_.critic)
    add_pair(same, 0.9)
    assert measure_critic(same).row.audited == 3
    other = make_round(round_.campaign, make_version(round_.campaign, "critic", active=False))
    add_pair(other, 0.9)
    assert measure_critic(other).row.audited == 0


def test_pairs_are_measured_in_an_order_that_no_id_decides(round_):
    queries = [add_pair(round_, 0.9).query for _ in range(12)]
    found = [pair.query_id for pair in judged_pairs(round_.campaign, round_.critic)]
    assert found == [query.pk for query in sorted(queries, key=lambda q: q.text_sha256)]
    assert found != sorted(found)


def test_drift_over_rounds_alarms(round_):
    for human in "a" * 28 + "b" * 2:
        add_pair(round_, 0.9, human=human)
    fallen = make_round(round_.campaign, round_.critic)
    for human in "a" * 4 + "b" * 8:
        add_pair(fallen, 0.9, human=human)
    row = run_collect(fallen)
    assert "in round 2" in row.drift["alarm"]
    assert [each["audited"] for each in row.drift["rounds"]] == [30, 12]
    assert fit_rule(make_round(round_.campaign, round_.critic)).row.alarm == row.drift["alarm"]


def judge(item, choice, user):
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        source=Source.PERSON,
        user=user,
        choice=choice,
    )


def test_people_who_contradict_each_other_are_believed_less(round_):
    one, other = make_user(), make_user()
    for number in range(40):
        item = make_item(round_.campaign, annotators=2)
        judge(item, "a", one)
        judge(item, "a" if number % 4 else "b", other)
    run_people = collect.think(round_, 0).measured.people
    assert (run_people.pairs, run_people.audited) == (40, 40)
    run_people.save()
    item = make_item(round_.campaign)
    judge(item, "a", one)
    preference = conclude_item(item=item)
    assert preference.reliability == run_people
    assert preference.p_w == pytest.approx(run_people.p_right(one.pk))
    assert 0.8 < preference.p_w < 0.95
    judge(item, "a", other)
    agreed = make_item(round_.campaign, annotators=2)
    judge(agreed, "a", one)
    judge(agreed, "a", other)
    assert conclude_item(item=agreed).p_w > preference.p_w


def test_each_persons_answers_weigh_as_they_were_found_reliable(round_):
    """Three agree with each other; the fourth contradicts them in every second pair."""
    *steady, careless = [make_user() for _ in range(4)]
    for number in range(40):
        item = make_item(round_.campaign, annotators=4)
        for user in steady:
            judge(item, "a", user)
        judge(item, "a" if number % 2 else "b", careless)
    people = collect.think(round_, 0).measured.people
    people.save()
    assert len(people.strata) == 4
    assert people.p_right(careless.pk) < people.p_w < people.p_right(steady[0].pk)
    assert people.p_right(None) == people.p_right(make_user().pk) == people.p_w

    def concluded(user):
        item = make_item(round_.campaign)
        judge(item, "a", user)
        return conclude_item(item=item).p_w

    assert concluded(careless) == pytest.approx(people.p_right(careless.pk))
    assert concluded(steady[0]) == pytest.approx(people.p_right(steady[0].pk))


def test_an_answer_mirrored_in_another_item_is_the_same_answer(round_):
    first = make_item(round_.campaign)
    judge(first, "a", make_user())
    mirrored = make_item(
        round_.campaign,
        query=first.query,
        response_a=first.response_b,
        response_b=first.response_a,
        kind="adjudication",
    )
    judge(mirrored, "b", make_user())
    people = collect.think(round_, 0).measured.people
    assert (people.pairs, people.audited) == (1, 1)
    assert 0.8 < people.p_w < 0.95
    assert people.coefficients["low"] < people.p_w < people.coefficients["high"]
