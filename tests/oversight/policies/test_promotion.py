from oversight.policies.promotion import PairedScore, judge_candidate


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
