"""A label's p_w and p_l come from audits of the source, and say what they were measured on."""

import pytest

from oversight.models import Preference, SourceReliability, TrainingRun
from oversight.services.stages import collect
from oversight.services.trust import measure_critic
from tests.factories import make_campaign, make_version
from tests.oversight.services.judging import add_pair, make_round

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
