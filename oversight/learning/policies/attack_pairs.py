"""Pairs of an attacker's own queries to train it on by preference. Pure.

Preferred is the query that makes the learner fail validly and is not like what was found before;
what nobody could answer is the worst: an attacker that is paid for it learns to write nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oversight.attacks.policies.confirming import Confirmer, Outcome
from oversight.attacks.policies.likeness import Grams, grams, nearest

LIKENESS_COSTS = 0.5  # as much of a failure's worth as a query loses that was found word for word
UNFAIR_COSTS = 1.0
LEAST_GAP = 0.25  # of less nothing is learnt but noise


@dataclass(frozen=True)
class Attack:
    """A query as the attacker wrote it to `prompt`, what it came to and whose word that is."""

    prompt: str
    text: str
    outcome: Outcome
    by: Confirmer | None = None


@dataclass(frozen=True)
class AttackPair:
    """`by`: whose word the better outcome is."""

    prompt: str
    chosen: str
    rejected: str
    gap: float
    by: Confirmer | None = None


def worth(attack: Attack, found: Iterable[Grams]) -> float | None:
    """Return what an attack is worth, at most 1; None where nobody confirmed what it came to."""
    if attack.outcome is Outcome.OPEN:
        return None
    if attack.outcome is Outcome.UNFAIR:
        return -UNFAIR_COSTS
    has_failed = float(attack.outcome is Outcome.FAILED)
    return has_failed - LIKENESS_COSTS * nearest(grams(attack.text), found)


def attack_pairs(attacks: Sequence[Attack], found_before: Sequence[str]) -> list[AttackPair]:
    """Return a pair for each prompt that has two attacks of different worth: its best and its worst.

    `found_before` are the queries that failed in earlier rounds.
    """
    found = [grams(text) for text in found_before]
    by_prompt: dict[str, list[tuple[float, str, Attack]]] = defaultdict(list)
    for attack in attacks:
        value = worth(attack, found)
        if value is not None and attack.text:
            by_prompt[attack.prompt].append((value, attack.text, attack))
    pairs = []
    for prompt, valued in by_prompt.items():
        best, worst = (pick(valued, key=lambda each: each[:2]) for pick in (max, min))
        if (gap := best[0] - worst[0]) >= LEAST_GAP:
            pairs.append(AttackPair(prompt, best[1], worst[1], gap, best[2].by))
    return pairs
