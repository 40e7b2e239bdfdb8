"""The rule by which AI feedback is taken follows random audits of this critic in this campaign."""

import numpy as np
import pytest

from oversight.models import Source, SourceReliability
from oversight.trust.services.acceptance import fit_rule
from tests.factories import make_campaign, make_version
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(acceptance="calibrated", acceptance_alpha=0.2, acceptance_delta=0.2)


@pytest.fixture
def critic(campaign):
    return make_version(campaign, "critic")


def audits(round_, count, *, p=0.95, human="a", **fields):
    for _ in range(count):
        add_pair(round_, p, human=human, **fields)


def test_nothing_is_enough_before_anybody_has_audited(campaign, critic):
    rule = fit_rule(make_round(campaign, critic)).row
    assert (rule.mode, rule.threshold, rule.pairs) == ("calibrated", None, 0)


def test_audits_without_an_error_open_a_threshold(campaign, critic):
    audits(make_round(campaign, critic), 20)
    rule = fit_rule(make_round(campaign, critic)).row
    assert 0.5 <= rule.threshold <= 0.95
    assert (rule.pairs, rule.accepted, rule.errors, rule.coverage) == (20, 20, 0, 1.0)
    assert rule.error_upper_bound < 0.2
    assert (rule.alpha, rule.delta, rule.version) == (0.2, 0.2, critic)


def test_errors_close_it(campaign, critic):
    first = make_round(campaign, critic)
    audits(first, 12)
    audits(first, 8, human="b")
    rule = fit_rule(make_round(campaign, critic)).row
    assert rule.threshold is None
    assert rule.error_upper_bound is None


def test_another_version_of_the_critic_starts_anew(campaign, critic):
    audits(make_round(campaign, critic), 20)
    newer = make_version(campaign, "critic", active=False)
    assert fit_rule(make_round(campaign, newer)).row.threshold is None


def test_only_the_random_sample_counts(campaign, critic):
    audits(make_round(campaign, critic), 20, is_random=False)
    assert fit_rule(make_round(campaign, critic)).row.pairs == 0


def test_simulated_answers_stand_in_only_where_no_person_has_judged(campaign, critic):
    first = make_round(campaign, critic)
    audits(first, 20, by=Source.SIMULATED)
    assert fit_rule(make_round(campaign, critic)).row.pairs == 20
    audits(first, 1)
    assert fit_rule(make_round(campaign, critic)).row.pairs == 1


def test_a_fixed_threshold_stays_and_says_what_audits_make_of_it(campaign, critic):
    first = make_round(campaign, critic)
    audits(first, 6)
    audits(first, 4, human="b")
    audits(first, 5, p=0.6)
    plan = {"acceptance": "fixed", "confidence_threshold": 0.9}
    rule = fit_rule(make_round(campaign, critic, **plan)).row
    assert (rule.threshold, rule.pairs, rule.accepted, rule.errors) == (0.9, 15, 10, 4)
    assert rule.error_upper_bound > 0.4


def test_probabilities_are_corrected_once_there_are_audits(campaign, critic):
    first = make_round(campaign, critic)
    audits(first, 20)
    audits(first, 10, human="b")
    rule = fit_rule(make_round(campaign, critic))
    assert rule.is_corrected
    assert rule.calibrator(np.array([0.95]))[0] == pytest.approx(2 / 3, abs=0.1)
    assert not fit_rule(
        make_round(campaign, make_version(campaign, "critic", active=False))
    ).is_corrected


def test_an_alarm_of_drift_is_heeded_where_the_campaign_says_so(campaign, critic):
    first = make_round(campaign, critic)
    SourceReliability.objects.create(
        campaign=campaign, round=first, source=Source.CRITIC, version=critic,
        judged_by=Source.PERSON, method="beta", pairs=1, audited=1, p_w=0.9, p_l=0.1,
        drift={"alarm": "people agree less"},
    )  # fmt: skip
    assert fit_rule(make_round(campaign, critic)).row.alarm == "people agree less"
    assert fit_rule(make_round(campaign, critic, always_ask=[])).row.alarm == ""


def test_without_a_critic_nothing_is_measured(campaign):
    rule = fit_rule(make_round(campaign, None)).row
    assert (rule.threshold, rule.version) == (None, None)
