"""A new attacker goes to work only where it finds more, beyond chance, and nothing gets worse."""

import pytest

from oversight.attacks.policies.confirming import Outcome
from oversight.learning.policies.attacker_gate import TriedAttack, judge_attacker
from oversight.learning.policies.gate_words import measured_lines

FAILED, HELD, UNFAIR = Outcome.FAILED, Outcome.HELD, Outcome.UNFAIR
SEEDS = 60


def tried(new, old, ways=(20, 20), texts=("a b c d e", "a b c d e")):
    """One question of each version near each of SEEDS queries; `new` and `old` are how many of them
    fail and how many are not fair, `ways` in how many ways they fail."""
    found = []
    for is_candidate, (failed, unfair), of, text in zip(
        (True, False), (new, old), ways, texts, strict=True
    ):
        outcomes = [FAILED] * failed + [UNFAIR] * unfair
        outcomes += [HELD] * (SEEDS - len(outcomes))
        for seed, outcome in enumerate(outcomes):
            way = f"way {seed % of}" if outcome is FAILED else ""
            found.append(TriedAttack(seed, f"c{seed}", is_candidate, text, outcome, way))
    return found


def test_one_that_finds_more_is_promoted_and_told_why():
    verdict = judge_attacker(tried((40, 0), (20, 0)), seed=1)
    assert verdict.is_promoted
    assert "0.667 are fair and make the learner fail, before 0.333" in verdict.reasons[0]
    words = {line.words: line for line in measured_lines(verdict.metrics)}
    fails = words["Questions that are fair and make the learner fail"]
    assert (round(fails.candidate, 3), round(fails.against, 3), fails.n) == (0.667, 0.333, SEEDS)
    assert fails.low < fails.candidate < fails.high


def test_one_that_fails_it_in_more_ways_is_promoted_though_not_more_often():
    verdict = judge_attacker(tried((40, 0), (40, 0), ways=(40, 4)), seed=1)
    assert verdict.is_promoted
    assert verdict.reasons[0].startswith("it finds 40 different failures among 60 questions")


REFUSED = [
    pytest.param(((20, 0), (20, 0)), {}, "not better beyond chance", id="the-same"),
    pytest.param(((21, 0), (20, 0)), {}, "not better beyond chance", id="one-more-by-chance"),
    pytest.param(((10, 0), (40, 0)), {}, "worse in failures found", id="fewer"),
    pytest.param(((40, 15), (20, 0)), {}, "worse in fair questions", id="less-fair"),
    pytest.param(
        ((50, 0), (20, 0)),
        {"ways": (2, 20)},
        "fewer different failures: 2 against 20",
        id="one-hole",
    ),
    pytest.param(
        ((50, 0), (20, 0)),
        {"texts": ("a a a a a a", "a b c d e")},
        "less varied",
        id="the-same-words-again",
    ),
]


@pytest.mark.parametrize(("figures", "more", "reason"), REFUSED)
def test_one_that_is_not_better_or_worse_in_something_is_refused(figures, more, reason):
    verdict = judge_attacker(tried(*figures, **more), seed=1)
    assert not verdict.is_promoted
    assert any(reason in each for each in verdict.reasons), verdict.reasons


def test_what_nobody_could_answer_is_no_success():
    verdict = judge_attacker(tried((0, 60), (20, 0)), seed=1)
    assert not verdict.is_promoted
    assert verdict.metrics["failures found_candidate"] == 0


def test_too_few_held_out_queries_tell_nothing():
    few = [each for each in tried((40, 0), (20, 0)) if each.seed < 39]
    assert "39 held-out queries to write near" in judge_attacker(few, seed=1).reasons[0]


def test_a_version_that_wrote_nothing_is_refused():
    alone = [each for each in tried((40, 0), (20, 0)) if each.is_candidate]
    assert judge_attacker(alone, seed=1).reasons == ("one of the two versions wrote nothing",)
