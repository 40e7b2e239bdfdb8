"""An alarm where people agree less than before, and none where chance explains it."""

import numpy as np
import pytest

from oversight.policies.judged_pairs import Answer, JudgedPair
from oversight.policies.source_drift import measure_drift


def audits(round_: int, agreed: int, disagreed: int = 0) -> list[JudgedPair]:
    text = Answer(9, None)
    return [
        JudgedPair(round_, number, "", 0.9, text, text, human, is_random=True)
        for number, human in enumerate("a" * agreed + "b" * disagreed)
    ]


@pytest.mark.parametrize(
    ("pairs", "alarms"),
    [
        pytest.param([], False, id="nothing"),
        pytest.param(audits(1, 10, 10), False, id="first-round"),
        pytest.param([*audits(1, 28, 2), *audits(2, 4, 8)], True, id="fallen"),
        pytest.param([*audits(1, 28, 2), *audits(2, 11, 1)], False, id="the-same"),
        pytest.param([*audits(1, 4, 8), *audits(2, 28, 2)], False, id="risen"),
        pytest.param([*audits(1, 28, 2), *audits(2, 1, 1)], False, id="too-few-to-tell"),
        pytest.param([*audits(1, 28, 2), *audits(2, 4, 8), *audits(3, 12)], False, id="mended"),
    ],
)
def test_when_it_alarms(pairs, alarms) -> None:
    assert bool(measure_drift(pairs).alarm) == alarms


def test_it_says_how_much_by_round() -> None:
    drift = measure_drift([*audits(1, 28, 2), *audits(3, 4, 8)])
    assert [(each.round, each.audited, each.agreed) for each in drift.rounds] == [
        (1, 30, 28),
        (3, 12, 4),
    ]
    assert drift.rounds[0].low < 28 / 30 < drift.rounds[0].high
    assert "4 of 12 random audits of round 3, in 28 of 30 before" in drift.alarm


def test_false_alarms_are_rare() -> None:
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(400):
        before, now = rng.binomial(60, 0.9), rng.binomial(20, 0.9)
        alarms += bool(
            measure_drift([*audits(1, before, 60 - before), *audits(2, now, 20 - now)]).alarm
        )
    assert alarms / 400 < 0.045
