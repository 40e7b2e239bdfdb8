import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from oversight.statistics.bradley_terry import Match, Strength, fit_bradley_terry, win_probability

TRUE = {"v0": -0.8, "v1": -0.1, "v2": 0.2, "v3": 0.7}


def play(matches: int, seed: int) -> list[Match]:
    rng = np.random.default_rng(seed)
    found = []
    for at in range(matches):
        first, second = rng.choice(list(TRUE), 2, replace=False)
        chance = 1 / (1 + np.exp(TRUE[second] - TRUE[first]))
        found.append(Match(str(first), str(second), float(rng.random() < chance), str(at)))
    return found


def test_it_is_scikit_learns_logistic_regression() -> None:
    """Not crowd-kit's: 1.4 compares its scores with themselves and stops after two iterations."""
    matches = play(400, seed=1)
    design = np.array([[(m.first == n) - (m.second == n) for n in TRUE] for m in matches], float)
    outcomes = np.array([m.outcome for m in matches])
    theirs = (
        LogisticRegression(C=1e6, fit_intercept=False, tol=1e-10).fit(design, outcomes).coef_[0]
    )
    ours = fit_bradley_terry(matches, prior=1e-6, resamples=2)
    found = np.array([ours[name].value for name in TRUE])
    assert found == pytest.approx(theirs - theirs.mean(), abs=1e-4)


def test_the_intervals_cover() -> None:
    inside = []
    for seed in range(60):
        found = fit_bradley_terry(play(200, seed), seed=seed, resamples=200)
        inside += [
            found[name].low <= strength <= found[name].high for name, strength in TRUE.items()
        ]
    assert 0.88 <= np.mean(inside) <= 0.99


def test_who_never_lost_stays_finite() -> None:
    found = fit_bradley_terry([Match("a", "b", 1.0, str(at)) for at in range(20)])
    assert 1 < found["a"].value < 10
    assert found["a"].value == pytest.approx(-found["b"].value)
    assert (found["a"].matches, found["b"].matches) == (20, 20)


@pytest.mark.fault("agreement")
@pytest.mark.parametrize("outcome", [1.0, 0.0, 0.5], ids=["won-all", "lost-all", "tied-all"])
@pytest.mark.parametrize("matches", [1, 20, 500])
def test_matches_that_all_ended_alike_leave_a_width(outcome: float, matches: int) -> None:
    found = fit_bradley_terry([Match("a", "b", outcome, str(at)) for at in range(matches)])
    gap = {1.0: 2.0, 0.0: -2.0, 0.5: 0.0}[outcome] * found["a"].value
    assert found["a"].high - found["a"].low > 0.1
    assert -10 < found["a"].low <= found["a"].value <= found["a"].high < 10
    assert gap >= 0
    # Of one win nothing follows; of twenty that the winner is the stronger.
    assert (found["a"].low < 0 < found["a"].high) == (outcome == 0.5 or matches == 1)


@pytest.mark.fault("agreement")
def test_twenty_wins_bound_what_they_can() -> None:
    """Clopper and Pearson put the winner's chance at .832 or more: half that log-odds each is .80."""
    found = fit_bradley_terry([Match("a", "b", 1.0, str(at)) for at in range(20)])
    assert 0.7 < found["a"].low < 1.3
    near_copies = fit_bradley_terry([Match("a", "b", 1.0, "one") for _ in range(20)])
    assert near_copies["a"].low < 0


@pytest.mark.fault("agreement")
def test_intervals_cover_where_some_never_lose() -> None:
    strengths = {"weak": -3.0, "usual": 0.0, "other": 0.0, "strong": 3.0}
    inside = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        matches = []
        for at in range(40):
            first, second = rng.choice(list(strengths), 2, replace=False)
            chance = 1 / (1 + np.exp(strengths[second] - strengths[first]))
            matches.append(Match(str(first), str(second), float(rng.random() < chance), str(at)))
        found = fit_bradley_terry(matches, seed=seed, resamples=100)
        inside += [found[name].low <= true <= found[name].high for name, true in strengths.items()]
    assert np.mean(inside) >= 0.92


@pytest.mark.fault("agreement")
def test_groups_that_never_met_are_not_compared() -> None:
    def level(first: str, second: str) -> list[Match]:
        return [Match(first, second, float(at % 2), f"{first}{at}") for at in range(40)]

    found = fit_bradley_terry([*level("a", "b"), *level("c", "d")])
    assert all(each.low < -2 and each.high > 2 for each in found.values())


def test_a_tie_is_half_a_win_for_each() -> None:
    found = fit_bradley_terry([Match("a", "b", 0.5, str(at)) for at in range(9)])
    assert (found["a"].value, found["b"].value) == pytest.approx((0, 0))


def test_who_is_named_first_does_not_matter() -> None:
    matches = play(100, seed=2)
    turned = [Match(m.second, m.first, 1 - m.outcome, m.cluster) for m in matches]
    ours, theirs = fit_bradley_terry(matches), fit_bradley_terry(turned)
    for name in TRUE:
        assert ours[name].value == pytest.approx(theirs[name].value)


def test_near_copies_do_not_make_it_surer() -> None:
    matches = play(60, seed=3)
    copies = [Match(m.first, m.second, m.outcome, m.cluster) for m in matches for _ in range(10)]
    apart = [Match(m.first, m.second, m.outcome, str(at)) for at, m in enumerate(copies)]
    widths = [
        np.mean([s.high - s.low for s in fit_bradley_terry(each).values()])
        for each in (copies, apart)
    ]
    assert widths[0] > 2 * widths[1]


def test_the_chance_of_a_win() -> None:
    even, better = Strength(0, 0, 0, 1), Strength(np.log(3), 0, 0, 1)
    assert win_probability(better, even) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("matches", "message"),
    [([], "no matches"), ([Match("a", "a", 1.0, "x")], "'a' cannot meet itself")],
)
def test_bad_input_is_refused(matches: list[Match], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_bradley_terry(matches)
