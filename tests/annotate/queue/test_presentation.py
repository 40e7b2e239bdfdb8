"""The arm is drawn in its share, and its probability is what it was."""

from collections import Counter
from random import Random

import pytest

from annotate.queue.policies.presentation import draw_arm

SHARES = {"hidden": 0.1, "blind_first": 0.2, "evidence": 0.3}


class At:
    """Draws one number."""

    def __init__(self, number):
        self.number = number

    def random(self):
        return self.number


@pytest.mark.parametrize(
    ("at", "drawn"),
    [
        pytest.param(0.0, ("hidden", 0.1), id="first"),
        pytest.param(0.11, ("blind_first", 0.2), id="second"),
        pytest.param(0.31, ("evidence", 0.3), id="third"),
        pytest.param(0.59, ("evidence", 0.3), id="end-of-third"),
        pytest.param(0.61, ("shown", 0.4), id="usual"),
        pytest.param(0.999, ("shown", 0.4), id="end"),
    ],
)
def test_each_arm_has_its_part(at, drawn):
    arm, propensity = draw_arm(SHARES, "shown", At(at))
    assert (arm, propensity) == (drawn[0], pytest.approx(drawn[1]))


def test_the_probability_told_is_how_often_it_comes():
    rng = Random(1)
    drawn = Counter(draw_arm(SHARES, "shown", rng) for _ in range(4000))
    for (_, propensity), times in drawn.items():
        assert times / 4000 == pytest.approx(propensity, abs=0.03)


def test_shares_that_leave_nothing_never_give_the_usual_one():
    assert draw_arm({"hidden": 0.3, "evidence": 0.7}, "shown", At(0.9999999999))[0] != "shown"
    assert draw_arm({"hidden": 1.0}, "shown", At(0.5)) == ("hidden", 1.0)
