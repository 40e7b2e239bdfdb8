"""The gate's figures in words: a line for each that was measured, no key of ours among them."""

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


def test_what_was_not_measured_has_none():
    assert measured_lines({}) == []
