"""Pairs of the starter learner's own answers, as a round of the loop would collect them."""

import random
from collections.abc import Sequence
from typing import Any

from benchmarks.learner.subjects import STARTER, Subject
from models_srv.backends import load_backend
from models_srv.roles.critic import build_critique_request, p_flawed
from models_srv.roles.learner import build_answer_request
from models_srv.types import ModelSpec, Sampling

VERDICT_TOKENS = 8  # "verdict:" and its word


def sample_answers(
    queries: Sequence[str], samples: int, seed: int, of: Subject = STARTER
) -> list[list[str]]:
    """Return `samples` answers of the learner to each query."""
    asked = [build_answer_request(query=query) for query in queries for _ in range(samples)]
    sampling = Sampling(temperature=of.temperature, max_tokens=of.max_tokens, seed=seed)
    outputs = load_backend(of.learner).generate(asked, sampling)
    texts = [output.text.rstrip() for output in outputs]
    return [texts[i : i + samples] for i in range(0, len(texts), samples)]


def critic_scores(
    critic: ModelSpec, queries: Sequence[str], answers: Sequence[Sequence[str]]
) -> list[list[float]]:
    """Return the critic's p_flawed of every answer, one half where it gives none."""
    asked = [
        build_critique_request(query=query, response=text, with_format=False)
        for query, texts in zip(queries, answers, strict=True)
        for text in texts
    ]
    outputs = load_backend(critic).generate(
        asked, Sampling(temperature=0.0, max_tokens=VERDICT_TOKENS)
    )
    chances = [p_flawed(output.tokens) for output in outputs]
    scores = iter([0.5 if chance is None else chance for chance in chances])
    return [[next(scores) for _ in texts] for texts in answers]


def most_against_least(right: Sequence[float]) -> tuple[int, int] | None:
    """Choose of answers' shares that are right the first highest and the first lowest, if they differ."""
    most, least = max(right), min(right)
    return None if most == least else (right.index(most), right.index(least))


def checked_pairs(
    count: int, *, samples: int = 4, seed: int = 11, of: Subject = STARTER
) -> list[dict[str, Any]]:
    """Return `count` rows as in pairs.jsonl, one a query: the answer of which the checker finds the
    most right against the one of which it finds the least (of a word problem: right against wrong).

    Raises ValueError where the answers to too few queries differ so.
    """
    texts = [q.text for q in of.domain.queries("train", of.queries_a_pair * count, seed)]
    random.Random(seed).shuffle(texts)
    rows = []
    for query, answers in zip(texts, sample_answers(texts, samples, seed, of), strict=True):
        pair = most_against_least([of.domain.share_right(query, text) or 0.0 for text in answers])
        if pair is not None:
            rows.append(_row(query, answers[pair[0]], answers[pair[1]]))
    if len(rows) < count:
        raise ValueError(f"only {len(rows)} of {count} pairs: ask more queries")
    return rows[:count]


def _row(query: str, chosen: str, rejected: str) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": query}],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
    }


def greedy_accuracy(spec: ModelSpec, count: int, *, seed: int = 12, of: Subject = STARTER) -> float:
    """Return the share of held-out queries that the model's greedy answer gets right."""
    queries = [query.text for query in of.domain.queries("held_out", count, seed)]
    outputs = load_backend(spec).generate(
        [build_answer_request(query=query) for query in queries],
        Sampling(temperature=0.0, max_tokens=of.max_tokens),
    )
    hits = [of.domain.is_correct(q, each.text) for q, each in zip(queries, outputs, strict=True)]
    return sum(map(bool, hits)) / count
