"""A problem as an object: its sentences, its place in the taxonomy, and reading it from text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.domains.arithmetic.wordings import Sentence, read_sentence

# Each node is one construct; the other events of its problems are plain: added or removed.
NODES: dict[str, str] = {
    "add and remove": "",
    "groups added": "groups_added",
    "groups removed": "groups_removed",
    "multiples": "multiples",
    "halves": "halves",
    "equal shares": "shares",
    "compare more": "more",
    "compare fewer": "fewer",
    "irrelevant fact": "fact",
    "long chain": "",
}
TAXONOMY: tuple[str, ...] = tuple(NODES)
LONG = 3  # plain events that make a chain long


@dataclass(frozen=True)
class Problem:
    """The sentences of one problem: a start, events and irrelevant facts, a question."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def start(self) -> int:
        return self.sentences[0].number()

    @property
    def middle(self) -> tuple[Sentence, ...]:
        return self.sentences[1:-1]

    @property
    def events(self) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.middle if sentence.kind != "fact")

    @property
    def facts(self) -> tuple[Sentence, ...]:
        return tuple(sentence for sentence in self.middle if sentence.kind == "fact")

    @property
    def cluster(self) -> str:
        """The wording skeleton: template ids in order, without names, things and numbers."""
        return " ".join(sentence.template.id for sentence in self.sentences)

    @property
    def node(self) -> str:
        """The taxonomy node that the problem belongs to (the first construct that it holds)."""
        if self.facts:
            return "irrelevant fact"
        kinds = [event.kind for event in self.events]
        for name, kind in NODES.items():
            if kind and kind in kinds:
                return name
        return "long chain" if len(kinds) >= LONG else "add and remove"


def read_problem(text: str) -> Problem | None:
    """Return the problem that a text states, or None where it is not a valid one."""
    parts = re.split(r"(?<=[.?])\s+", text.strip())
    sentences = tuple(s for s in map(read_sentence, parts) if s is not None)
    if len(sentences) != len(parts) or not _is_well_formed(sentences):
        return None
    return Problem(sentences)


def _is_well_formed(sentences: Sequence[Sentence]) -> bool:
    kinds = [sentence.kind for sentence in sentences]
    if len(kinds) < 3 or kinds[0] != "start" or kinds[-1] != "question":
        return False
    if {"start", "question"} & set(kinds[1:-1]) or not set(kinds[1:-1]) - {"fact"}:
        return False
    return _refers_well(sentences)


def _refers_well(sentences: Sequence[Sentence]) -> bool:
    """Names follow the owner, the things stay the same, a comparison is the last event."""
    owner, units, compared = sentences[0].slots["name"], sentences[0].slots["units"], False
    for sentence in sentences[1:]:
        slots = sentence.slots
        if slots.get("units", units) != units or slots.get("name", owner) != owner:
            return False
        if compared and (sentence.kind not in ("fact", "question")):
            return False
        if sentence.kind == "question" and compared and "name" not in slots:
            return False
        if "other" in slots:
            if slots["other"] == owner:
                return False
            owner, compared = slots["other"], True
    return True
