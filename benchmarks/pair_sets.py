"""Pairs of the starter learner's own answers, as a round of the loop would collect them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models_srv.backends import load_backend
from models_srv.domains.arithmetic.checker import is_correct
from models_srv.domains.arithmetic.problems import draw_queries
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.roles.critic import build_critique_request, p_flawed
from models_srv.roles.learner import build_answer_request
from models_srv.types import ModelSpec, Sampling

MAX_TOKENS = 160
VERDICT_TOKENS = 8  # "verdict:" and its word
Choose = Callable[[Sequence[str], Sequence[bool], Sequence[float]], tuple[int, int] | None]


@dataclass(frozen=True)
class PairSet:
    """Rows as in pairs.jsonl, and the share whose chosen answer is truly the better one.

    `right`, `level` and `wrong` are shares of pairs by the checker: chosen right and rejected
    wrong, both alike, chosen wrong and rejected right.
    """

    rows: list[dict[str, Any]]
    right: float
    level: float
    wrong: float


def sample_answers(queries: Sequence[str], samples: int, seed: int) -> list[list[str]]:
    """Return `samples` answers of the starter learner to each query, at temperature 1."""
    asked = [build_answer_request(query=query) for query in queries for _ in range(samples)]
    backend = load_backend(starter_spec("learner"))
    outputs = backend.generate(asked, Sampling(temperature=1.0, max_tokens=MAX_TOKENS, seed=seed))
    texts = [output.text.rstrip() for output in outputs]
    return [texts[i : i + samples] for i in range(0, len(texts), samples)]


def critic_scores(queries: Sequence[str], answers: Sequence[Sequence[str]]) -> list[list[float]]:
    """Return the starter critic's p_flawed of every answer, one half where it gives none."""
    asked = [
        build_critique_request(query=query, response=text, with_format=False)
        for query, texts in zip(queries, answers, strict=True)
        for text in texts
    ]
    backend = load_backend(starter_spec("critic"))
    outputs = backend.generate(asked, Sampling(temperature=0.0, max_tokens=VERDICT_TOKENS))
    chances = [p_flawed(output.tokens) for output in outputs]
    scores = iter([0.5 if chance is None else chance for chance in chances])
    return [[next(scores) for _ in texts] for texts in answers]


def right_against_wrong(
    answers: Sequence[str], right: Sequence[bool], scores: Sequence[float]
) -> tuple[int, int] | None:
    """Choose the first right and the first wrong answer, as the checker knows them."""
    if all(right) or not any(right):
        return None
    return right.index(True), right.index(False)


def best_against_worst(
    answers: Sequence[str], right: Sequence[bool], scores: Sequence[float], threshold: float = 0.9
) -> tuple[int, int] | None:
    """Choose by the critic alone: lowest p_flawed against highest, where it is sure of the order.

    Sure means P(chosen better | one is flawed) and P(one is flawed) are above the thresholds that
    a campaign starts with.
    """
    order = sorted(range(len(answers)), key=scores.__getitem__)
    best, worst = order[0], order[-1]
    differ = scores[worst] * (1 - scores[best])
    other = scores[best] * (1 - scores[worst])
    if answers[best] == answers[worst] or differ < threshold * (differ + other) or differ < 0.5:
        return None
    return best, worst


def build_pair_sets(
    count: int, *, samples: int = 4, queries: int = 1600, seed: int = 11
) -> dict[str, PairSet]:
    """Return `count` pairs of each kind, `checker` and `critic`, one a query at most."""
    texts = [query.text for query in draw_queries("train", queries, seed)]
    random.Random(seed).shuffle(texts)
    answers = sample_answers(texts, samples, seed)
    scores = critic_scores(texts, answers)
    kinds: dict[str, Choose] = {"checker": right_against_wrong, "critic": best_against_worst}
    return {
        kind: _pair_set(texts, answers, scores, choose, count) for kind, choose in kinds.items()
    }


def _pair_set(
    queries: Sequence[str],
    answers: Sequence[Sequence[str]],
    scores: Sequence[Sequence[float]],
    choose: Choose,
    count: int,
) -> PairSet:
    rows: list[dict[str, Any]] = []
    ranks = []
    for query, texts, marks in zip(queries, answers, scores, strict=True):
        right = [bool(is_correct(query, text)) for text in texts]
        pair = choose(texts, right, marks)
        if pair is None or len(rows) == count:
            continue
        rows.append(_row(query, texts[pair[0]], texts[pair[1]]))
        ranks.append(right[pair[0]] - right[pair[1]])
    if len(rows) < count:
        raise ValueError(f"only {len(rows)} of {count} pairs: ask more queries")
    shares = [round(ranks.count(rank) / count, 3) for rank in (1, 0, -1)]
    return PairSet(rows, *shares)


def _row(query: str, chosen: str, rejected: str) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": query}],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
    }


def greedy_accuracy(spec: ModelSpec, count: int, *, seed: int = 12) -> float:
    """Return the share of held-out problems that the model's greedy answer gets right."""
    queries = [query.text for query in draw_queries("held_out", count, seed)]
    outputs = load_backend(spec).generate(
        [build_answer_request(query=query) for query in queries],
        Sampling(temperature=0.0, max_tokens=MAX_TOKENS),
    )
    hits = [is_correct(q, output.text) for q, output in zip(queries, outputs, strict=True)]
    return sum(map(bool, hits)) / count
