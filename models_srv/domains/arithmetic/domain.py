"""Arithmetic word problems as a domain."""

from collections.abc import Sequence
from random import Random

from models_srv.domains.arithmetic import asking_again, checker, tampering
from models_srv.domains.arithmetic.problems import TAXONOMY, draw_queries
from models_srv.domains.domain import AskedAgain, Domain, DomainQuery, Split, Tampered


class Arithmetic(Domain):
    """One-step-a-line solutions that end with `#### ` and the result."""

    title = "Arithmetic word problems"
    about = (
        "Knows the number that a word problem comes to, and the line of a solution that is wrong."
    )
    taxonomy: Sequence[str] = TAXONOMY

    def queries(self, split: Split, count: int, seed: int) -> list[DomainQuery]:
        return draw_queries(split, count, seed)

    def is_correct(self, query: str, response: str) -> bool | None:
        return checker.is_correct(query, response)

    def fault(self, query: str, response: str) -> str:
        return checker.fault(query, response)

    def is_valid_comment(self, query: str, response: str, quote: str, category: str) -> bool:
        return checker.comment_is_valid(query, response, quote, category)

    def tamper(self, query: str, response: str, rng: Random) -> Tampered | None:
        return tampering.tamper(response, rng)

    def ask_again(self, query: str, response: str, rng: Random) -> list[AskedAgain]:
        return asking_again.ask_again(query, response, rng)

    def contradicts(self, asked: AskedAgain, answer: str) -> bool | None:
        return asking_again.contradicts(asked.claim, answer)


ARITHMETIC: Domain = Arithmetic()
