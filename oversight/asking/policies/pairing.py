"""Which two of a query's responses are compared."""

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A response as the critic sees it; `p_flawed` None: unscored. `logprob` is the learner's own, in
    nats, None where it is not known."""

    response_id: int
    text: str
    p_flawed: float | None
    logprob: float | None = None


def choose_pair(candidates: Sequence[Candidate], seed: int) -> tuple[Candidate, Candidate] | None:
    """Return the responses that the critic thinks best and worst, in random order.

    None where fewer than two texts differ. Unscored ones count as ½; equal scores are drawn from,
    so that without a critic the pair is a random one.
    """
    distinct = list({candidate.text: candidate for candidate in reversed(candidates)}.values())
    if len(distinct) < 2:
        return None
    rng = random.Random(seed)
    distinct.sort(key=lambda candidate: candidate.response_id)
    rng.shuffle(distinct)
    distinct.sort(key=lambda candidate: 0.5 if candidate.p_flawed is None else candidate.p_flawed)
    pair = [distinct[0], distinct[-1]]
    rng.shuffle(pair)
    return pair[0], pair[1]


def in_random_order(pair: tuple[Candidate, Candidate], seed: int) -> tuple[Candidate, Candidate]:
    """Return two responses that are compared whatever the critic thinks of either."""
    return pair if random.Random(seed).random() < 0.5 else pair[::-1]


def probability_a_better(p_flawed_a: float | None, p_flawed_b: float | None) -> float | None:
    """Return P(a is better) given that just one of the two is flawed; None where one is unscored.

    With independent flaws: P(a sound, b flawed) / P(exactly one flawed).
    """
    if p_flawed_a is None or p_flawed_b is None:
        return None
    a_wins = (1 - p_flawed_a) * p_flawed_b
    b_wins = (1 - p_flawed_b) * p_flawed_a
    total = a_wins + b_wins
    return 0.5 if total == 0 else a_wins / total


def probability_of_difference(p_flawed_a: float | None, p_flawed_b: float | None) -> float | None:
    """Return P(exactly one of the two is flawed), None where one is unscored."""
    if p_flawed_a is None or p_flawed_b is None:
        return None
    return p_flawed_a * (1 - p_flawed_b) + p_flawed_b * (1 - p_flawed_a)
