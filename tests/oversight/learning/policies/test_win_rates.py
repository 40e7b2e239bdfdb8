import numpy as np
import pytest

from oversight.learning.policies.win_rates import (
    Comparison,
    JudgeAudits,
    PairedScore,
    corrected_win_rate,
    human_win_rate,
    mean_difference,
    scored_win_rate,
)


def test_a_tie_counts_half() -> None:
    rate = scored_win_rate(
        [PairedScore("a", 1, 0), PairedScore("b", 1, 1), PairedScore("c", 0, 0)], seed=0
    )
    assert rate.value == pytest.approx(2 / 3)
    assert (rate.queries, rate.decided) == (3, 1)


def test_people_are_weighted_by_how_likely_they_were_asked() -> None:
    often = [Comparison(f"o{i}", human=1.0, propensity=1.0) for i in range(30)]
    seldom = [Comparison(f"s{i}", human=0.0, propensity=0.1) for i in range(3)]
    rate = human_win_rate([*often, *seldom, Comparison("nobody asked", ai=1.0)], seed=0)
    assert rate is not None
    assert rate.value == pytest.approx(0.5)
    assert rate.queries == 33
    assert human_win_rate([Comparison("x", ai=1.0)], seed=0) is None


def judged(rate: float, p_w: float, p_l: float, seed: int, queries: int = 200) -> list[Comparison]:
    rng = np.random.default_rng(seed)
    is_better = rng.random(queries) < rate
    said = rng.random(queries) < np.where(is_better, p_w, p_l)
    return [Comparison(str(at), float(each)) for at, each in enumerate(said)]


@pytest.mark.parametrize(
    ("rate", "p_w", "p_l"), [(0.6, 0.8, 0.2), (0.4, 0.95, 0.5), (0.7, 0.7, 0.4)]
)
def test_the_correction_covers_what_people_would_have_said(
    rate: float, p_w: float, p_l: float
) -> None:
    covered, values = [], []
    for seed in range(200):
        rng = np.random.default_rng([seed, 1])
        audits = JudgeAudits((int(rng.binomial(150, p_w)), 150), (int(rng.binomial(150, p_l)), 150))
        found = corrected_win_rate(judged(rate, p_w, p_l, seed), audits, seed)
        assert found is not None
        covered.append(found.low <= rate <= found.high)
        values.append(found.value)
    assert np.mean(covered) >= 0.9  # .95 less three standard errors of 200 draws
    assert np.mean(values) == pytest.approx(rate, abs=0.03)


def test_few_audits_leave_a_wide_interval() -> None:
    pairs = judged(0.6, 0.8, 0.2, seed=0)
    widths = [
        found.high - found.low
        for n in (10, 1000)
        if (found := corrected_win_rate(pairs, JudgeAudits((n * 8 // 10, n)), seed=0))
    ]
    assert widths[0] > 2 * widths[1]


def test_a_judge_at_chance_says_nothing() -> None:
    found = corrected_win_rate(judged(1.0, 0.9, 0.9, seed=0), JudgeAudits((50, 100)), seed=0)
    assert found is not None
    assert (found.low, found.high) == (0.0, 1.0)


def test_without_scores_there_is_no_rate() -> None:
    assert corrected_win_rate([Comparison("x", human=1.0)], JudgeAudits((9, 10)), seed=0) is None


def test_clusters_are_resampled_whole() -> None:
    alike = [PairedScore(str(at // 10), 1.0 if at < 60 else 0.0, 0.5) for at in range(100)]
    apart = [PairedScore(str(at), *(s.candidate, s.baseline)) for at, s in enumerate(alike)]
    (_, low, high), (_, lower, higher) = mean_difference(apart, 0), mean_difference(alike, 0)
    assert lower < low - 0.1
    assert higher > high + 0.1


def test_a_handful_of_clusters_tells_nothing_of_a_mean() -> None:
    better = [PairedScore(name, 1, 0.5) for name in "abcd" * 20]
    assert mean_difference(better, 0) == (0.5, -1.0, 1.0)
    mean, low, high = mean_difference([*better, PairedScore("e", 1, 0)], 0)
    assert 0 < low <= mean <= high < 1
