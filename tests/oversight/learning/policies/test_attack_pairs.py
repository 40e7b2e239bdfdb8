"""Which of an attacker's own queries it is trained to prefer."""

import pytest

from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.policies.likeness import grams
from oversight.learning.policies.attack_pairs import Attack, attack_pairs, worth

OLD, NEW = "Ann loses half of them. How many now?", "They are shared in piles by a friend."


def attack(outcome, text=NEW, prompt="p"):
    return Attack(prompt, text, outcome)


WORTHS = [
    pytest.param(attack(Outcome.FAILED), 1.0, id="a-new-failure"),
    pytest.param(attack(Outcome.FAILED, OLD), 0.5, id="one-that-was-found-before"),
    pytest.param(attack(Outcome.HELD), 0.0, id="a-right-answer"),
    pytest.param(attack(Outcome.HELD, OLD), -0.5, id="a-right-answer-to-an-old-one"),
    pytest.param(attack(Outcome.UNFAIR), -1.0, id="what-nobody-could-answer"),
    pytest.param(attack(Outcome.OPEN), None, id="what-nobody-confirmed"),
]


@pytest.mark.parametrize(("attacked", "expected"), WORTHS)
def test_what_an_attack_is_worth(attacked, expected):
    assert worth(attacked, [grams(OLD)]) == expected


def test_the_best_of_a_prompt_is_preferred_to_its_worst():
    attacks = [attack(Outcome.HELD, "b"), attack(Outcome.FAILED, "a"), attack(Outcome.UNFAIR, "c")]
    (pair,) = attack_pairs(attacks, [])
    assert (pair.chosen, pair.rejected, pair.gap) == ("a", "c", 2.0)


def test_a_new_failure_is_preferred_to_an_old_one():
    (pair,) = attack_pairs([attack(Outcome.FAILED, OLD), attack(Outcome.FAILED)], [OLD])
    assert (pair.chosen, pair.rejected) == (NEW, OLD)


def test_attacks_of_the_same_worth_or_of_different_prompts_are_no_pair():
    assert attack_pairs([attack(Outcome.FAILED, "a"), attack(Outcome.FAILED, "b")], []) == []
    apart = [attack(Outcome.FAILED, "a", "one"), attack(Outcome.HELD, "b", "two")]
    assert attack_pairs(apart, []) == []


def test_nothing_is_learnt_from_what_nobody_confirmed_or_from_an_empty_text():
    assert attack_pairs([attack(Outcome.FAILED, "a"), attack(Outcome.OPEN, "b")], []) == []
    assert attack_pairs([attack(Outcome.FAILED, "a"), attack(Outcome.UNFAIR, "")], []) == []
