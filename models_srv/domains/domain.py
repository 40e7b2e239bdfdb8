"""What the product asks of a domain, and of nothing else: it knows no domain by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, Protocol

Split = Literal["train", "held_out"]


@dataclass(frozen=True)
class DomainQuery:
    """A query as it is drawn: its kind (`node`), and the cluster of those that are much like it."""

    text: str
    node: str
    cluster: str


@dataclass(frozen=True)
class Tampered:
    """`problem` says in words what was done to the text."""

    text: str
    problem: str


class Domain(Protocol):
    """How queries are drawn, what is true, and how an answer is tampered with. Pure.

    What is true serves gold items, evaluation and simulated annotators; attackers and critics never
    see it.
    """

    @property
    def taxonomy(self) -> Sequence[str]:
        """The kinds of query, at which an attacker can aim."""

    def queries(self, split: Split, count: int, seed: int) -> list[DomainQuery]:
        """Return `count` different queries, kinds in turn, the same for the same seed.

        No cluster is in both splits.
        """

    def is_correct(self, query: str, response: str) -> bool | None:
        """Whether it answers the query rightly; None where that cannot be told."""

    def is_valid_comment(self, query: str, response: str, quote: str, category: str) -> bool:
        """Whether a comment points at something that is wrong, and names it rightly."""

    def tamper(self, response: str, rng: Random) -> Tampered | None:
        """Return the response with one error put in, None where none can be put."""
