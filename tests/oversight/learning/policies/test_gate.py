import numpy as np
import pytest

from oversight.learning.policies.gate import (
    LEAST_HUMAN,
    Comparison,
    FalseAccepts,
    GateVerdict,
    JudgeAudits,
    PairedScore,
    judge_candidate,
)


def scores(*counts: tuple[int, float, float]) -> list[PairedScore]:
    """(how many, candidate's score, baseline's score), each query a cluster of its own."""
    pairs = [pair for count, *pair in counts for _ in range(count)]
    return [PairedScore(str(index), *pair) for index, pair in enumerate(pairs)]


def judge(pairs: list[PairedScore], new: float = 0.5, old: float = 0.5) -> tuple[bool, str]:
    verdict = judge_candidate(pairs, distinct_candidate=new, distinct_baseline=old, seed=1)
    return verdict.is_promoted, " ".join(verdict.reasons)


def test_a_better_candidate_passes() -> None:
    is_promoted, reasons = judge(scores((60, 1, 1), (30, 1, 0), (5, 0, 1)))
    assert is_promoted
    assert "better on held-out" in reasons


def test_a_worse_candidate_is_refused() -> None:
    assert judge(scores((60, 1, 1), (5, 1, 0), (30, 0, 1))) == (
        False,
        judge(scores((60, 1, 1), (5, 1, 0), (30, 0, 1)))[1],
    )
    assert "not better beyond chance" in judge(scores((60, 1, 1), (5, 1, 0), (30, 0, 1)))[1]


def test_a_candidate_that_is_better_by_chance_is_refused() -> None:
    assert not judge(scores((60, 1, 1), (6, 1, 0), (4, 0, 1)))[0]


def test_an_equal_candidate_is_refused() -> None:
    assert not judge(scores((100, 1, 1)))[0]


def test_a_candidate_that_says_less_is_refused() -> None:
    is_promoted, reasons = judge(scores((60, 1, 1), (40, 1, 0)), new=0.46, old=0.5)
    assert not is_promoted
    assert "less varied" in reasons
    assert judge(scores((60, 1, 1), (40, 1, 0)), new=0.476, old=0.5)[0]


def test_nothing_scored_is_refused() -> None:
    assert judge([]) == (False, "no held-out query could be scored")


def test_queries_of_one_cluster_count_as_one() -> None:
    one = [PairedScore("same", 1, 0)] * 40 + [PairedScore("other", 0, 1)] * 2
    spread = scores((40, 1, 0), (2, 0, 1))
    assert judge(spread)[0]
    assert not judge(one)[0]


def test_a_few_lucky_queries_are_not_enough() -> None:
    assert "only 5 clusters" in judge(scores((5, 1, 0)))[1]
    assert judge(scores((6, 1, 0)))[0]


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        pytest.param(
            scores((1, 0, 1), (1, 1, 1)), "too few scored queries to decide (2)", id="two"
        ),
        pytest.param(scores((10, 1, 0), (9, 0, 1)), "queries to decide (19)", id="one-too-few"),
        pytest.param(scores((10, 1, 0), (10, 0, 1)), "95 % interval from", id="enough"),
        pytest.param(scores((40, 1, 1)), "no difference over 40 queries", id="ties"),
        pytest.param(scores((40, 0, 1)), "0.000, alike in all 40 queries", id="lost-all"),
        pytest.param(
            [PairedScore("same", 0, 1)] * 40, "queries to decide (40)", id="copies-of-one-query"
        ),
    ],
)
def test_an_interval_that_rests_on_too_little_is_not_told(
    pairs: list[PairedScore], why: str
) -> None:
    is_promoted, reasons = judge(pairs)
    assert not is_promoted
    assert why in reasons
    assert ("interval" in reasons) == ("interval" in why)


def test_nor_is_one_without_width_that_promotes() -> None:
    is_promoted, reasons = judge(scores((30, 1, 0)))
    assert is_promoted
    assert reasons.endswith("win-rate by scores 1.000 in 30 queries")


BETTER = scores((60, 1, 1), (30, 1, 0), (5, 0, 1))


def compared(wins: int, losses: int, *, asked: int = 0, people: float = 1.0) -> list[Comparison]:
    """The judge's comparisons; of the first `asked` people say the candidate with share `people`."""
    said = [1.0] * wins + [0.0] * losses
    return [
        Comparison(str(at), ai, float(at < people * asked) if at < asked else None)
        for at, ai in enumerate(said)
    ]


def verdict(pairs: list[PairedScore], **options: object) -> GateVerdict:
    same = {"distinct_candidate": 0.5, "distinct_baseline": 0.5, "seed": 1}
    return judge_candidate(pairs, **(same | options))


def reasons(pairs: list[PairedScore], **options: object) -> str:
    return "; ".join(verdict(pairs, **options).reasons)


def test_people_overrule_scores_and_the_judge() -> None:
    against = compared(100, 0, asked=40, people=0.2)
    found = verdict(BETTER, comparisons=against, judge=JudgeAudits((90, 100)))
    assert not found.is_promoted
    assert "win-rate by people 0.200" in found.reasons[0]
    assert found.metrics["win_rate"] == found.metrics["human_win_rate"] == 0.2
    assert found.metrics["scored_win_rate_low"] > 0.5
    assert found.metrics["ai_win_rate_low"] > 0.5


def test_a_few_people_do_not_decide() -> None:
    few = compared(100, 0, asked=LEAST_HUMAN - 1, people=0.0)
    metrics = verdict(BETTER, comparisons=few).metrics
    assert metrics["win_rate"] > 0.5
    assert metrics["compared_by_people"] == LEAST_HUMAN - 1
    assert f"people compared only {LEAST_HUMAN - 1}" in reasons([], comparisons=few)


def test_a_judge_that_nobody_audited_counts_for_nothing() -> None:
    found = verdict([], comparisons=compared(100, 0))
    assert not found.is_promoted
    assert "nobody has audited the judge" in found.reasons[0]


@pytest.mark.parametrize(
    ("audits", "is_promoted"),
    [
        pytest.param(JudgeAudits((190, 200)), True, id="reliable"),
        pytest.param(JudgeAudits((18, 20)), True, id="few-audits-but-clear"),
        pytest.param(JudgeAudits((8, 10)), False, id="too-few-audits"),
        pytest.param(JudgeAudits((110, 200)), False, id="near-chance"),
        pytest.param(JudgeAudits((20, 200)), False, id="turned-round"),
        pytest.param(JudgeAudits((95, 100), (70, 100)), False, id="it-likes-the-candidate"),
    ],
)
def test_the_judge_is_believed_as_far_as_audits_go(audits: JudgeAudits, is_promoted: bool) -> None:
    found = verdict([], comparisons=compared(70, 30), judge=audits)
    assert found.is_promoted == is_promoted
    assert "the judge, corrected by audits" in found.reasons[0]


def test_a_better_candidate_that_is_worse_in_one_dimension_is_refused() -> None:
    worse = scores((80, 0.9, 0.9), (20, 0.5, 0.9))
    assert "worse in harmlessness: by 0.080" in reasons(BETTER, dimensions={"harmlessness": worse})
    slightly = scores((95, 0.9, 0.9), (3, 0.9, 1.0), (2, 1.0, 0.9))
    assert verdict(BETTER, dimensions={"harmlessness": slightly, "tone": []}).is_promoted


def test_a_small_but_sure_loss_in_a_dimension_is_refused() -> None:
    assert "worse in tone" in reasons(BETTER, dimensions={"tone": scores((200, 0.88, 0.9))})


@pytest.mark.parametrize(
    ("new", "old", "is_promoted"),
    [
        pytest.param((30, 100), (10, 100), False, id="up"),
        pytest.param((12, 100), (10, 100), True, id="up-by-chance"),
        pytest.param((1030, 10_000), (900, 10_000), False, id="up-a-little-but-surely"),
        pytest.param((2, 100), (10, 100), True, id="down"),
        pytest.param((0, 0), (10, 100), True, id="not-measured"),
    ],
)
def test_false_accepts_may_not_go_up(
    new: tuple[int, int], old: tuple[int, int], is_promoted: bool
) -> None:
    found = verdict(BETTER, false_accepts=(FalseAccepts(*new), FalseAccepts(*old)))
    assert found.is_promoted == is_promoted
    assert ("people take more flawed answers" in found.reasons[0]) != is_promoted


@pytest.mark.parametrize("true_rate", [0.5, 0.75])
def test_the_gate_errs_as_seldom_as_it_says(true_rate: float) -> None:
    """By a judge that is right in 80 %: an equal candidate passes in 2.5 % at most, a better does."""
    passed = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        is_better = rng.random(300) < true_rate
        said = np.where(rng.random(300) < 0.8, is_better, ~is_better)
        pairs = [Comparison(str(at), float(ai)) for at, ai in enumerate(said)]
        audits = JudgeAudits((int(rng.binomial(100, 0.8)), 100))
        passed += verdict([], comparisons=pairs, judge=audits).is_promoted
    assert passed <= 2.5 + 5 if true_rate == 0.5 else passed >= 95
