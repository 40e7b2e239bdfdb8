"""The world of bench-critic: answers of the starter learner, critiques of them, simulated verdicts."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.pair_sets import sample_answers
from models_srv.backends import load_backend
from models_srv.domains.arithmetic.domain import ARITHMETIC
from models_srv.domains.arithmetic.problems import draw_queries
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.domains.domain import Split
from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.critique_pairs import (
    JudgedAnswer,
    JudgedComment,
    JudgedCritique,
    Word,
    critique_pairs,
    names_place,
    naming_critique,
)
from models_srv.types import CritiqueComment, ModelSpec, ParsedCritique, Sampling
from oversight.trust.policies.source.critic_figures import ReadAnswer, ReadComment

MAX_TOKENS = 160
MISJUDGED = 0.05  # of a simulated annotator's words
Line = dict[str, Any]
Key = tuple[str, str]  # quote and category: the same words on an answer are the same comment


@dataclass(frozen=True)
class Answered:
    """An answer to a query; `was` is what it said before an error was put in, "" for a natural one."""

    query: str
    text: str
    cluster: str
    was: str = ""

    @property
    def is_flawed(self) -> bool:
        return not ARITHMETIC.is_correct(self.query, self.text)

    def is_right(self, comment: CritiqueComment) -> bool:
        return ARITHMETIC.is_valid_comment(self.query, self.text, comment.quote, comment.category)


def natural_answers(split: Split, count: int, seed: int) -> list[Answered]:
    """Return one answer of the starter learner to each of `count` queries, at temperature 1."""
    drawn = draw_queries(split, count, seed)
    random.Random(seed).shuffle(drawn)
    texts = sample_answers([query.text for query in drawn], 1, seed)
    return [
        Answered(query.text, text, query.cluster)
        for query, [text] in zip(drawn, texts, strict=True)
    ]


def tampered_answers(natural: Sequence[Answered], seed: int) -> list[Answered]:
    """Return the right ones with an error put in, those that the checker then calls wrong."""
    rng, found = random.Random(seed), []
    for each in natural:
        tampered = None if each.is_flawed else ARITHMETIC.tamper(each.query, each.text, rng)
        if tampered:
            changed = Answered(each.query, tampered.text, each.cluster, each.text)
            found += [changed] if changed.is_flawed else []
    return found


def criticise(
    critic: ModelSpec, answers: Sequence[Answered], temperature: float = 0.0, seed: int = 0
) -> list[ParsedCritique]:
    """Return the critic's word on each answer; temperature 0 is greedy."""
    asked = [
        build_critique_request(query=each.query, response=each.text, with_format=False)
        for each in answers
    ]
    sampling = Sampling(temperature=temperature, max_tokens=MAX_TOKENS, seed=seed)
    outputs = load_backend(critic).generate(asked, sampling)
    return [
        parse_critique(output, each.text) for output, each in zip(outputs, answers, strict=True)
    ]


def read_answers(critic: ModelSpec, answers: Sequence[Answered]) -> list[ReadAnswer]:
    """Return what the critic says of the answers, beside what is true of them."""
    return read_as(answers, criticise(critic, answers))


def read_as(answers: Sequence[Answered], said: Sequence[ParsedCritique]) -> list[ReadAnswer]:
    """Return these critiques of the answers, beside what is true of them."""
    return [
        ReadAnswer(
            each.cluster,
            each.is_flawed,
            [
                ReadComment(each.is_right(c), c.severity, c.quote_match == "exact")
                for c in critique.comments
            ],
            critique.p_flawed,
        )
        for each, critique in zip(answers, said, strict=True)
    ]


def verdict_lines(
    answers: Sequence[Answered], samples: Sequence[Sequence[ParsedCritique]], seed: int
) -> list[Line]:
    """Return the pairs that simulated annotators' verdicts give, by the product's own rules.

    `samples` are critiques of all the answers, sample after sample. As in a round they read the first of
    each answer and judge its comments, which counts for all that make the same ones; they say whether
    the answer has a flaw; and they err in MISJUDGED of what they say.
    """
    rng = random.Random(seed)
    lines: list[Line] = []
    for each, of_answer in zip(answers, zip(*samples, strict=True), strict=True):
        words = {_key(c): _word(each.is_right(c), rng) for c in of_answer[0].comments}
        said = [_judged(critique, words) for critique in of_answer if critique.verdict]
        is_sound = each.is_flawed is (rng.random() < MISJUDGED)
        is_flawless = is_sound and "valid" not in words.values()
        pairs = critique_pairs(JudgedAnswer(said, is_sound=is_sound, is_flawless=is_flawless))
        lines += [as_pair(each, pair.chosen, pair.rejected, pair.reason) for pair in pairs]
    return lines


def tampered_lines(
    answers: Sequence[Answered], samples: Sequence[Sequence[ParsedCritique]]
) -> list[Line]:
    """Return a pair for each error put in that some sample missed, as the product makes them."""
    lines: list[Line] = []
    for each, of_answer in zip(answers, zip(*samples, strict=True), strict=True):
        said = [as_said(critique) for critique in of_answer if critique.verdict]
        missed = [
            critique.text for critique in said if not names_place(critique, each.was, each.text)
        ]
        found = [critique.text for critique in said if names_place(critique, each.was, each.text)]
        named = naming_critique(each.was, each.text, "arithmetic slip")
        if missed and (chosen := found[0] if found else named):
            lines.append(as_pair(each, chosen, missed[0], "tampered"))
    return lines


def as_said(critique: ParsedCritique) -> JudgedCritique:
    """Return the critique as a critic is trained on it, judged by nobody."""
    return _judged(critique, {})


def _judged(critique: ParsedCritique, words: Mapping[Key, Word]) -> JudgedCritique:
    comments = [
        JudgedComment(_block(comment), words.get(_key(comment), ""))
        for comment in critique.comments
    ]
    return JudgedCritique(critique.verdict or "sound", critique.summary, comments)


def _key(comment: CritiqueComment) -> Key:
    return comment.quote, comment.category


def _word(is_right: bool, rng: random.Random) -> Word:
    return "valid" if is_right is (rng.random() >= MISJUDGED) else "fake"


def _block(comment: CritiqueComment) -> dict[str, str]:
    return {
        "quote": comment.quote,
        "category": comment.category,
        "severity": comment.severity,
        "why": comment.explanation,
        "fix": comment.suggested_fix,
    }


def as_pair(answer: Answered, chosen: str, rejected: str, source: str) -> Line:
    asked = build_critique_request(query=answer.query, response=answer.text, with_format=False)
    return {
        "prompt": [{"role": turn.role, "content": turn.content} for turn in asked],
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "source": source,
    }


STARTER = starter_spec("critic")
