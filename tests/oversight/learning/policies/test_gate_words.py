"""The gate's figures in words: a line for each that was measured, no key of ours among them."""

import pytest

from oversight.learning.policies.gate import FalseAccepts, PairedScore, judge_candidate
from oversight.learning.policies.gate_words import measured_lines, told_wins


def test_everything_that_the_gate_measured_has_a_line():
    scores = [PairedScore(f"c{n}", 1.0, float(n % 2)) for n in range(40)]
    verdict = judge_candidate(
        scores,
        distinct_candidate=0.5,
        distinct_baseline=0.4,
        seed=1,
        dimensions={"ends by itself": scores},
        false_accepts=(FalseAccepts(1, 10), FalseAccepts(2, 10)),
    )
    lines = {line.words: line for line in measured_lines(verdict.metrics)}
    assert list(lines) == [
        "Right answers to held-out queries",
        "Queries that it answers better, by the truth",
        "Gain in “ends by itself”",
        "Flawed answers that people took for sound",
        "Rise of flawed answers taken for sound",
        "Variety: different pairs of words of all pairs",
    ]
    right = lines["Right answers to held-out queries"]
    assert (right.candidate, right.against, right.n) == (1.0, 0.5, 40)
    won = lines["Queries that it answers better, by the truth"]
    assert (won.candidate, won.against) == (0.75, 0.5)
    assert won.low < 0.75 < won.high
    assert lines["Flawed answers that people took for sound"].candidate == 0.1
    rise = lines["Rise of flawed answers taken for sound"]
    assert (round(rise.candidate, 9), rise.against, rise.n) == (-0.1, 0.0, 20)
    assert rise.low < -0.1 < rise.high


def test_how_often_it_won_is_a_sentence():
    kept = {"win_rate": 0.627, "win_rate_low": 0.51, "win_rate_high": 0.74}
    assert told_wins(kept).startswith(
        "Of 100 comparisons with the version at work it wins about 63 (between 51 and 74)"
    )
    assert told_wins({"win_rate": 0.8}) == ""


SURE = {"win_rate": 0.627, "win_rate_low": 0.51, "win_rate_high": 0.74, "queries": 60.0}


def test_of_a_few_queries_no_share_of_100_is_told():
    few = {"win_rate": 0.25, "win_rate_low": 0.25, "win_rate_high": 0.25, "queries": 2.0}
    assert told_wins(few) == (
        "Only 2 queries could be compared with the version at work: too few to say how often it wins."
    )
    assert "came out alike" in told_wins(few | {"queries": 40.0})


def test_an_interval_without_width_or_of_a_few_queries_has_no_line_of_its_own():
    ends = {"scored_win_rate": 0.25, "scored_win_rate_low": 0.2, "scored_win_rate_high": 0.3}
    cases = ({"scored_queries": 19.0}, {"scored_queries": 40.0, "scored_win_rate_low": 0.3})
    for kept in cases:
        [line] = measured_lines(ends | kept)
        assert (line.candidate, line.low, line.high) == (0.25, None, None)
    [line] = measured_lines(ends | {"scored_queries": 20.0})
    assert (line.low, line.high) == (0.2, 0.3)
    gain = {
        "ends by itself_gain": 0.0,
        "ends by itself_gain_low": 0.0,
        "ends by itself_gain_high": 0.0,
    }
    assert measured_lines(gain)[0].low is None


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (
            {"compared_by_people": 15.0, "scored_win_rate": 0.6},
            " 15 comparisons were made by people; 20 are needed to count, so scores decided.",
        ),
        (
            {"compared_by_people": 1.0, "ai_win_rate": 0.6},
            " 1 comparison was made by people; 20 are needed to count, so the critic's word decided.",
        ),
        (
            {"compared_by_simulated": 15.0, "scored_win_rate": 0.6},
            " 15 comparisons were made by simulated annotators; only people's count, so scores decided.",
        ),
        (
            {"compared_by_simulated": 2.0, "human_win_rate": 0.6, "scored_win_rate": 0.6},
            " 2 comparisons were made by simulated annotators; only people's count, so people's "
            "decided.",
        ),
        ({"compared_by_people": 20.0, "human_win_rate": 0.6}, ""),
        ({}, ""),
    ],
)
def test_comparisons_that_did_not_count_are_told_with_why(kept, words):
    assert told_wins(SURE | kept).endswith(f"50 is no change.{words}")


def test_what_was_not_measured_has_none():
    assert measured_lines({}) == []


def test_variety_of_no_words_has_no_line():
    metrics = {"distinct_2_candidate": 0.0, "distinct_2_baseline": 0.0}
    assert measured_lines(metrics) == []
    assert len(measured_lines({**metrics, "distinct_2_baseline": 0.4})) == 1
