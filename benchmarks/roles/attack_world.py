"""The world of bench-attack: a learner that learns from its own failures, and those who attack it.

Everything is real but people: the checker of the arithmetic domain confirms. Pure Python, no database.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.learner.losses import train_in
from models_srv.backends import load_backend
from models_srv.domains.arithmetic.domain import ARITHMETIC as DOMAIN
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.roles.attacker import build_attack_request, parse_attack
from models_srv.roles.learner import build_answer_request
from models_srv.types import Conversation, ModelSpec, Sampling
from oversight.attacks.policies.archive import Archive, Found
from oversight.attacks.policies.confirming import Confirmed, Outcome
from oversight.attacks.policies.looking import Evidence, draw_kinds
from oversight.attacks.policies.weakness import Try, evidence_of
from oversight.learning.policies.attack_pairs import Attack, attack_pairs
from oversight.learning.policies.attacker_settings import TRAINED_BY

MAX_TOKENS = 160
SAMPLES = 4  # answers a query, of which the learner's pairs are made
FIXED = {"method": "full", "batch_size": 16}
LEARNER = {**FIXED, "loss": "sft", "learning_rate": 1e-4, "max_steps": 6}
ATTACKER = {
    **{name: TRAINED_BY[name] for name in ("loss", "beta", "learning_rate", "epochs")},
    **FIXED,
}
POOL = 2000


@dataclass(frozen=True)
class Asked:
    """A query that was asked and what it came to. `prompt` is what its attacker was given."""

    kind: str
    text: str
    outcome: Outcome
    fault: str = ""
    prompt: str = ""

    @property
    def cluster(self) -> str:
        """The kind, what goes wrong first, and the wording at which it does."""
        return f"{self.kind}: {self.fault}"


@dataclass(frozen=True)
class Arm:
    """How attacks are made. `writes`: by the attacker, else drawn from the domain's queries."""

    writes: bool = True
    aims: bool = False
    from_failures: bool = False
    has_archive: bool = False
    trains: bool = False


# The assessor of AutoDetect needs a chat model: here its taxonomy is the domain's.
ARMS = {
    "pool": Arm(writes=False),
    "frozen": Arm(),
    "autodetect": Arm(aims=True, from_failures=True),
    "trained": Arm(aims=True, trains=True),
    "archive": Arm(aims=True, has_archive=True),
    "trained_archive": Arm(aims=True, has_archive=True, trains=True),
}


@dataclass
class World:
    """One arm with one seed, round after round."""

    arm: Arm
    seed: int
    folder: Path
    learner: ModelSpec = field(default_factory=lambda: starter_spec("learner"))
    attacker: ModelSpec = field(default_factory=lambda: starter_spec("attacker"))
    rounds: list[list[Asked]] = field(default_factory=list)
    pairs: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pool = DOMAIN.queries("train", POOL, 5000 + self.seed)
        self.archive = Archive()
        self.started_from: set[int] = set()

    def run_round(self, count: int) -> list[Asked]:
        """Ask `count` queries, have the checker confirm, and let both sides learn."""
        number = len(self.rounds)
        written = self._write(count, self._seed(number)) if self.arm.writes else self._draw(count)
        asked = self._confirm(written)
        for each in asked:
            self.archive.add(_found(-len(self.archive.cells) - 1, each))
        before = [each.text for earlier in self.rounds for each in earlier if _failed(each)]
        self.rounds.append(asked)
        self._teach_learner(asked, number)
        if self.arm.trains:
            self._train_attacker(asked, before, number)
        return asked

    def new_attacks(self, count: int) -> list[str]:
        """Return what the attacker writes now near queries that no round knew: those that are fair."""
        near = DOMAIN.queries("train", count, 9000 + self.seed)
        prompts = [build_attack_request(node=each.node, seed_query=each.text) for each in near]
        sampling = Sampling(temperature=1.0, max_tokens=MAX_TOKENS, seed=9000 + self.seed)
        outputs = load_backend(self.attacker).generate(prompts, sampling)
        texts = dict.fromkeys(parse_attack(output) or "" for output in outputs)
        return [text for text in texts if DOMAIN.is_correct(text, "") is not None]

    def _seed(self, number: int) -> int:
        return 1000 * (self.seed + 1) + number

    def _draw(self, count: int) -> list[tuple[str, str, str]]:
        start = count * len(self.rounds)
        return [(each.node, each.text, "") for each in self.pool[start : start + count]]

    def _write(self, count: int, seed: int) -> list[tuple[str, str, str]]:
        """Return (kind, text, prompt). An attacker that is trained writes twice to each prompt."""
        times = 2 if self.arm.trains else 1
        kinds = self._kinds(count // times, seed)
        near = self._near(kinds, seed)
        prompts = [
            build_attack_request(node=kind, seed_query=text)
            for kind, text in zip(kinds, near, strict=True)
            for _ in range(times)
        ]
        sampling = Sampling(temperature=1.0, max_tokens=MAX_TOKENS, seed=seed)
        outputs = load_backend(self.attacker).generate(prompts, sampling)
        return [
            (kind, parse_attack(output) or "", prompt[-1].content)
            for kind, prompt, output in zip(
                (kind for kind in kinds for _ in range(times)), prompts, outputs, strict=True
            )
        ]

    def _kinds(self, count: int, seed: int) -> list[str]:
        taxonomy = list(DOMAIN.taxonomy)
        if not self.arm.aims:
            return [taxonomy[index % len(taxonomy)] for index in range(count)]
        return draw_kinds(count, taxonomy, self._evidence(), seed)

    def _evidence(self) -> dict[str, Evidence]:
        tries = [
            Try(number, each.kind, each.fault, Confirmed(each.outcome), age)
            for age, asked in enumerate(reversed(self.rounds), start=1)
            for number, each in enumerate(asked, start=-age * len(asked))
        ]
        return evidence_of(tries, DOMAIN.taxonomy, {})

    def _near(self, kinds: Sequence[str], seed: int) -> list[str]:
        rng = random.Random(seed)
        if self.arm.has_archive:
            unused = (n for n in range(len(self.pool)) if n not in self.started_from)
            fresh = [Found(n, self.pool[n].node, "", self.pool[n].text, 0.0) for n in unused]
            parents = self.archive.parents(kinds, fresh, seed)
            self.started_from |= {each.key for each in parents if each}
            return [each.text if each else "" for each in parents]
        failures: dict[str, list[str]] = defaultdict(list)
        if self.arm.from_failures:
            for each in (each for asked in self.rounds for each in asked if _failed(each)):
                failures[each.kind].append(each.text)
        by_kind: dict[str, list[str]] = defaultdict(list)
        for query in self.pool:
            by_kind[query.node].append(query.text)
        return [rng.choice(failures.get(kind) or by_kind[kind]) for kind in kinds]

    def _confirm(self, written: Sequence[tuple[str, str, str]]) -> list[Asked]:
        """A text that was asked before in the run counts as unfair: nothing is learnt from it twice."""
        seen = {each.text for asked in self.rounds for each in asked}
        answers = self._answers([text for _, text, _ in written], 0.0, 1)
        asked = []
        for (kind, text, prompt), (answer,) in zip(written, answers, strict=True):
            is_right = None if text in seen else DOMAIN.is_correct(text, answer)
            seen.add(text)
            outcome = (
                Outcome.UNFAIR if is_right is None else Outcome.HELD if is_right else Outcome.FAILED
            )
            fault = DOMAIN.fault(text, answer) if is_right is False else ""
            asked.append(Asked(kind, text, outcome, fault, prompt))
        return asked

    def _answers(self, queries: Sequence[str], temperature: float, samples: int) -> list[list[str]]:
        return answers_of(self.learner, queries, temperature, samples, self.seed)

    def _teach_learner(self, asked: Sequence[Asked], number: int) -> None:
        """Learn from a right and a wrong answer of its own to each query of the round that has both."""
        fair = [each.text for each in asked if each.outcome is not Outcome.UNFAIR]
        rows = []
        for query, answers in zip(fair, self._answers(fair, 1.0, SAMPLES), strict=True):
            right = [bool(DOMAIN.is_correct(query, answer)) for answer in answers]
            if any(right) and not all(right):
                pair = answers[right.index(True)], answers[right.index(False)]
                rows.append(_row(build_answer_request(query=query), *pair))
        self.learner = self._train(rows, LEARNER, self.learner, f"learner{number}")

    def _train_attacker(self, asked: Sequence[Asked], before: Sequence[str], number: int) -> None:
        """Learn from the pairs of all rounds so far: one round has a handful."""
        attacks = [Attack(each.prompt, each.text, each.outcome) for each in asked]
        for pair in attack_pairs(attacks, before):
            prompt = [{"role": "user", "content": pair.prompt}]
            self.pairs.append({"prompt": prompt, **_turns(pair.chosen, pair.rejected)})
        self.attacker = self._train(self.pairs, ATTACKER, self.attacker, f"attacker{number}")

    def _train(
        self, rows: list[dict[str, object]], settings: dict[str, object], of: ModelSpec, name: str
    ) -> ModelSpec:
        if len(rows) < 4:
            return of
        folder = self.folder / name
        folder.mkdir(parents=True)
        spec, _ = train_in(folder, rows, {"base_model": of.location, **settings}, self.seed)
        return spec


def share_right(learner: ModelSpec, queries: Sequence[str]) -> float:
    """Return the share of queries that the learner answers rightly, greedily."""
    answers = answers_of(learner, queries, 0.0, 1, seed=0)
    rights = [
        DOMAIN.is_correct(query, answer) for query, (answer,) in zip(queries, answers, strict=True)
    ]
    return sum(map(bool, rights)) / len(queries)


def answers_of(
    learner: ModelSpec, queries: Sequence[str], temperature: float, samples: int, seed: int
) -> list[list[str]]:
    prompts = [build_answer_request(query=query) for query in queries for _ in range(samples)]
    sampling = Sampling(temperature=temperature, max_tokens=MAX_TOKENS, seed=seed)
    texts = [out.text.rstrip() for out in load_backend(learner).generate(prompts, sampling)]
    return [texts[start : start + samples] for start in range(0, len(texts), samples)]


def _row(prompt: Conversation, chosen: str, rejected: str) -> dict[str, object]:
    turns = [{"role": turn.role, "content": turn.content} for turn in prompt]
    return {"prompt": turns, **_turns(chosen, rejected)}


def _turns(chosen: str, rejected: str) -> dict[str, object]:
    return {
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
    }


def _found(key: int, each: Asked) -> Found:
    return Found(key, each.kind, each.fault, each.text, float(_failed(each)))


def _failed(each: Asked) -> bool:
    return each.outcome is Outcome.FAILED
