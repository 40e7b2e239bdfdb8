import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table

from oversight.trust.policies.source.drift import SURE, measure_drift


def audits(*rounds: tuple[int, int]) -> list[tuple[int, bool]]:
    """(agreeing, disagreeing) audits of rounds 1, 2, …"""
    return [
        (number, agrees)
        for number, (right, wrong) in enumerate(rounds, start=1)
        for agrees in [True] * right + [False] * wrong
    ]


def test_a_steady_source_raises_no_alarm() -> None:
    found = measure_drift(audits((27, 3), (26, 4), (27, 3)))
    assert found.alarm == ""
    assert [each.round for each in found.rounds] == [1, 2, 3]
    assert found.rounds[0].agreement == 0.9
    assert found.rounds[0].low < 0.9 < found.rounds[0].high


def test_a_sudden_fall_is_told_with_its_figures() -> None:
    alarm = measure_drift(audits((27, 3), (26, 4), (15, 15))).alarm
    assert alarm.startswith("people agree with 50% of 30 audits in round 3, with 88% of 60 before")


def test_a_slow_fall_is_seen_where_no_single_round_is() -> None:
    found = measure_drift(audits((38, 2), (36, 4), (34, 6), (32, 8), (31, 9)))
    assert found.p_sudden is not None
    assert found.p_sudden > SURE
    assert found.alarm.startswith("people agree less from round to round")


def test_a_rise_is_no_alarm() -> None:
    assert measure_drift(audits((15, 15), (20, 10), (30, 0))).alarm == ""


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param([], id="none"),
        pytest.param([(5, 25)], id="one-round"),
        pytest.param([(30, 0), (0, 9)], id="few-new"),
        pytest.param([(9, 0), (0, 30)], id="few-before"),
    ],
)
def test_too_few_audits_tell_nothing(rounds: list[tuple[int, int]]) -> None:
    found = measure_drift(audits(*rounds))
    assert (found.p_sudden, found.p_trend, found.alarm) == (None, None, "")


def test_answers_that_are_all_alike_have_no_trend() -> None:
    assert measure_drift(audits((20, 0), (20, 0))).p_trend == 1.0


def test_the_trend_is_that_of_statsmodels() -> None:
    counts = [(30, 10), (28, 12), (25, 15)]
    theirs = Table(np.array(counts).T, shift_zeros=False).test_ordinal_association(
        row_scores=np.array([1, 0]), col_scores=np.array([1, 2, 3])
    )
    found = measure_drift(audits(*counts)).p_trend
    # Theirs is two-sided, of the permutation variance, which is n / (n − 1) times ours.
    assert found == pytest.approx(theirs.pvalue / 2, rel=0.02)


def test_false_alarms_are_as_rare_as_they_should_be() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(400):
        given = [(number, bool(rng.random() < 0.85)) for number in range(4) for _ in range(30)]
        alarms += measure_drift(given).alarm != ""
    assert alarms <= 2 * SURE * 400 + 9
