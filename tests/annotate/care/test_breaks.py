import pytest

from annotate.care.policies.breaks import filled_spells, is_break_due, worked_since_rest


@pytest.mark.parametrize(
    ("spells", "since", "worked"),
    [
        pytest.param([], 0, 0, id="nothing"),
        pytest.param([(1000, 100), (890, 100)], 0, 200, id="one-after-the-other"),
        pytest.param([(1000, 100), (600, 100)], 0, 100, id="a-pause-of-five-minutes-ends-it"),
        pytest.param([(1000, 100), (601, 100)], 0, 200, id="a-shorter-one-does-not"),
        pytest.param([(1000, 100), (890, 100)], 890, 100, id="what-was-before-the-break-is-over"),
    ],
)
def test_it_counts_since_the_last_rest(spells, since, worked):
    assert worked_since_rest(spells, since) == worked


@pytest.mark.parametrize(
    ("now", "limit", "is_due"),
    [
        pytest.param(1010, 200, True, id="reached"),
        pytest.param(1010, 201, False, id="not-yet"),
        pytest.param(1301, 200, False, id="rested-meanwhile"),
    ],
)
def test_it_says_when_a_break_is_due(now, limit, is_due):
    spells = [(1000, 100), (890, 100)]
    assert is_break_due(spells, now=now, since=0, limit=limit) == is_due


@pytest.mark.parametrize(
    ("spells", "filled"),
    [
        pytest.param([(1000, 60)], [(1000, 60)], id="known"),
        pytest.param(
            [(1000, None), (880, 60)], [(1000, 120), (880, 60)], id="since-the-one-before"
        ),
        pytest.param([(1000, None), (700, None)], [(1000, 0), (700, 0)], id="a-rest-is-no-work"),
        pytest.param([(1000, None)], [(1000, 0)], id="nothing-before"),
    ],
)
def test_time_that_is_not_known_is_that_since_the_answer_before(spells, filled):
    assert filled_spells(spells) == filled
