"""What the product asks of a domain, and of nothing else: it knows no domain by name."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

Split = Literal["train", "held_out"]


@dataclass(frozen=True)
class DomainQuery:
    """A query as it is drawn: its kind (`node`), and the cluster of those that are much like it."""

    text: str
    node: str
    cluster: str


@dataclass(frozen=True)
class Tampered:
    """`problem` says in words what was done to the text, `category` what a critic is to call it."""

    text: str
    problem: str
    category: str = ""


@dataclass(frozen=True)
class AskedAgain:
    """`claim` is what an answer says, `question` asks for it in other words and without the answer."""

    claim: str
    question: str


class Domain(ABC):
    """How queries are drawn, what is true, and how an answer is tampered with. Pure.

    What is true serves gold items, evaluation and simulated annotators; attackers and critics never
    see it. A query is its text alone: what the truth rests on is read from there (ADR 0050). Two
    methods are a domain's own; the others have what holds of any.
    """

    title: str = ""
    """What it is called on pages."""
    about: str = ""
    """A sentence on what it knows."""
    taxonomy: Sequence[str] = ()
    """The kinds of query, at which an attacker can aim."""

    @abstractmethod
    def queries(self, split: Split, count: int, seed: int) -> list[DomainQuery]:
        """Return `count` different queries, kinds in turn, the same for the same seed.

        No cluster is in both splits.
        """

    @abstractmethod
    def is_correct(self, query: str, response: str) -> bool | None:
        """Whether it answers the query rightly; None where that cannot be told."""

    def share_right(self, query: str, response: str) -> float | None:
        """How much of what was asked it does, 1 where it is correct; None where that cannot be told.

        By this a simulated annotator prefers one of two wrong answers.
        """
        verdict = self.is_correct(query, response)
        return None if verdict is None else float(verdict)

    def fault(self, query: str, response: str) -> str:
        """A name for the way in which a wrong answer fails, up to 200 characters; "" if not known.

        Answers that fail alike share it: what differs only in numbers and names is one fault.
        """
        return ""

    def is_valid_comment(self, query: str, response: str, quote: str, category: str) -> bool:
        """Whether a comment points at something that is wrong, and names it rightly.

        Unless a domain knows better: it quotes an answer that is wrong.
        """
        return bool(quote) and quote in response and self.is_correct(query, response) is False

    def tamper(self, query: str, response: str, rng: Random) -> Tampered | None:
        """Return the response with one error put in, None where none can be put."""
        return None

    def ask_again(self, query: str, response: str, rng: Random) -> list[AskedAgain]:
        """Return questions to which the response has given the answer already, to cross-examine whoever
        gave it; [] where there are none. What is true is not looked at, since people see them."""
        return []

    @property
    def can_ask_again(self) -> bool:
        """Whether it knows how to."""
        return type(self).ask_again is not Domain.ask_again

    def contradicts(self, asked: AskedAgain, answer: str) -> bool | None:
        """Whether an answer to one of these questions says something else than its claim; None where
        that cannot be told."""
        return None
