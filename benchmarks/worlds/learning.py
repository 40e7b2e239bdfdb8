"""The world of bench-learning: the learner's answers, a critic with a planted bias, people's choices.

The answers are real, and so is the critic's verdict before the bias, where there is a critic of the
domain; else it is right before the bias. People are simulated annotators who know what the checker
knows.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from benchmarks.learner.subjects import STARTER, Subject
from benchmarks.pair_sets import critic_scores, most_against_least, sample_answers
from models_srv.backends.local import load_model
from models_srv.domains.domain import DomainQuery
from models_srv.roles.learner import build_answer_request
from models_srv.types import ModelSpec
from oversight.asking.policies.pairing import probability_a_better, probability_of_difference
from oversight.statistics.labels import Bools, Floats
from oversight.trust.policies.source.model import SourcePairs

LURED = 0.4  # share of pairs in which the critic takes the one outright that lures it
FLIPPED = 0.1  # share of its other verdicts that are turned round
SURE = 0.9  # how sure a critic is that is none
SAMPLES = 4
QUERIES_PER_PAIR = 2.4  # about half of the queries have a right and a wrong answer among 4


@dataclass(frozen=True)
class LearningWorld:
    """Pairs of answers to train on, of which one is more right. `is_a_truly` is the checker's word.

    Nobody has been asked in `pairs`: see `ask`. `p_a_better` and `p_difference`, shape (pairs,), are the
    critic's, with its bias. `critic_right` and `source_right` are the shares of right verdicts before and
    after the bias.
    """

    queries: Sequence[str]
    answers: Sequence[tuple[str, str]]
    is_a_truly: Bools
    pairs: SourcePairs
    p_a_better: Floats
    p_difference: Floats
    critic_right: float
    source_right: float


Bias = Literal["longer", "shorter", "first", "chance", "none"]
BIASES: Sequence[Bias] = ("longer", "shorter", "first", "chance", "none")


def draw_world(
    count: int, seed: int, of: Subject = STARTER, bias: Bias = "longer"
) -> LearningWorld:
    """Sample and judge `count` pairs; another seed gives other queries, answers and whims.

    By `bias` the critic is lured by the longer, the shorter or the first answer and errs by chance too,
    errs by chance alone, or is as it is.
    """
    drawn = list(of.domain.queries("train", round(count * QUERIES_PER_PAIR), 1000 + seed))
    random.Random(seed).shuffle(drawn)
    sampled = sample_answers([query.text for query in drawn], SAMPLES, 1000 + seed, of)
    rng = np.random.default_rng(seed)
    queries: list[DomainQuery] = []
    answers: list[tuple[str, str]] = []
    truth: list[bool] = []
    for query, texts in zip(drawn, sampled, strict=True):
        pair = most_against_least([of.domain.share_right(query.text, t) or 0.0 for t in texts])
        if pair is None or len(queries) == count:
            continue
        is_a_right = rng.random() < 0.5
        a, b = pair if is_a_right else pair[::-1]
        queries.append(query)
        answers.append((texts[a], texts[b]))
        truth.append(is_a_right)
    if len(queries) < count:
        raise ValueError(f"only {len(queries)} of {count} pairs: ask more queries")
    return _judge(queries, answers, np.array(truth), rng, of, bias)


def _judge(
    queries: Sequence[DomainQuery],
    answers: Sequence[tuple[str, str]],
    is_a_truly: Bools,
    rng: np.random.Generator,
    of: Subject,
    bias: Bias,
) -> LearningWorld:
    count, texts = len(queries), [query.text for query in queries]
    p_a_better, p_difference = np.where(is_a_truly, SURE, 1 - SURE), np.full(count, 0.5)
    critic_says_a = is_a_truly
    if of.critic is not None:
        scores = np.array(critic_scores(of.critic, texts, answers))
        critic_says_a = scores[:, 0] < scores[:, 1]
        p_a_better = np.array([probability_a_better(a, b) for a, b in scores])
        p_difference = np.array([probability_of_difference(a, b) for a, b in scores])
    longer = np.sign([len(a) - len(b) for a, b in answers])
    luring = {"longer": longer, "shorter": -longer, "first": np.ones(count)}.get(bias, 0 * longer)
    is_lured = (rng.random(count) < LURED) & (luring != 0)
    is_flipped = (rng.random(count) < FLIPPED) & (bias != "none")
    says_a = np.where(is_lured, luring > 0, critic_says_a ^ is_flipped)
    confidence = np.maximum(p_a_better, 1 - p_a_better)
    p_a_better = np.where(says_a, confidence, 1 - confidence)
    lines = np.sign([len(a.splitlines()) - len(b.splitlines()) for a, b in answers])
    sides = np.column_stack([longer, rng.choice([-1.0, 1.0], count), lines]).astype(float)
    kinds = list(of.domain.taxonomy)
    traits = np.eye(len(kinds))[[kinds.index(query.node) for query in queries]] - 1 / len(kinds)
    pairs = SourcePairs(says_a, np.full(count, np.nan), traits, sides, sides)
    right = (float((said == is_a_truly).mean()) for said in (critic_says_a, says_a))
    return LearningWorld(texts, answers, is_a_truly, pairs, p_a_better, p_difference, *right)


def ask(world: LearningWorld, count: int, seed: int) -> SourcePairs:
    """Return the pairs with people's choice of `count` random ones; more audits hold the fewer."""
    told = np.random.default_rng(2000 + seed).permutation(len(world.queries))[:count]
    known = np.full(len(world.queries), np.nan)
    known[told] = world.is_a_truly[told]
    return replace(world.pairs, is_a_human=known)


def log_likelihood_of_a_over_b(spec: ModelSpec, world: LearningWorld) -> Floats:
    """Return log π(a) − log π(b) in nats for every pair, ends of turn included, shape (pairs,)."""
    import torch

    tokenizer, model = load_model(spec)

    def log_likelihood(query: str, answer: str) -> float:
        turns = [vars(turn) for turn in build_answer_request(query=query)]
        text = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        prompt = tokenizer(text, add_special_tokens=False)["input_ids"]
        ids = [*tokenizer(answer, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        with torch.no_grad():
            logits = model(torch.tensor([prompt + ids])).logits[0, len(prompt) - 1 : -1]
        return float(logits.log_softmax(dim=-1).gather(1, torch.tensor(ids)[:, None]).sum())

    return np.array(
        [
            log_likelihood(query, a) - log_likelihood(query, b)
            for query, (a, b) in zip(world.queries, world.answers, strict=True)
        ]
    )
