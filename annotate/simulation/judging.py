"""How a simulated annotator judges: by the checker, and wrongly in a known share of answers."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from annotate.simulation.page import Page, ShownComment
from models_srv.domains.domain import Domain
from oversight.models import Verdict, WorstFlaw

TIE, BOTH_BAD = "4", "both_bad"
CLEARLY, SLIGHTLY = ("1", "7"), ("3", "5")  # by position: A, B
FAIRLY = ("2", "6")


@dataclass(frozen=True)
class Judge:
    """One annotator. The same seed, index and texts give the same answer, in either order shown."""

    domain: Domain
    accuracy: float
    seed: int
    index: int

    def preference(self, query: str, shown_a: str, shown_b: str) -> str:
        """Return a value of the scale; what it says does not depend on who stands left."""
        first, second = sorted((shown_a, shown_b))
        right = right_answer(self.domain, query, first, second)
        random = self._random(query, "preference")
        answer = right if random.random() < self.accuracy else _another(right, random)
        return answer if shown_a == first else _mirrored(answer)

    def verdicts(self, page: Page) -> dict[str, str]:
        """Return a verdict for every comment of the page, by the name of its radio buttons."""
        query = page.texts["query"]
        return {
            comment.verdict_name: self._verdict(query, page.texts[f"response-{letter}"], comment)
            for letter, comments in page.comments.items()
            for comment in comments
            if comment.verdict_name  # a place that is marked asks for none
        }

    def flaws(self, page: Page, names: Collection[str]) -> dict[str, str]:
        """Return how bad the worst flaw of a response is, for those of the names that ask so."""
        return {
            f"score-{letter}-flaw": self._flaw(
                page.texts["query"], page.texts[f"response-{letter}"]
            )
            for letter in "AB"
            if f"score-{letter}-flaw" in names
        }

    def _flaw(self, query: str, response: str) -> str:
        is_flawed = self.domain.is_correct(query, response) is False
        if self._random(query, f"{response}\0flaw").random() >= self.accuracy:
            is_flawed = not is_flawed
        return str((WorstFlaw.MAJOR if is_flawed else WorstFlaw.NONE).value)

    def _verdict(self, query: str, response: str, comment: ShownComment) -> str:
        quote, category = comment.texts.get("quote", ""), comment.texts.get("category", "")
        is_valid = self.domain.is_valid_comment(query, response, quote, category)
        right = Verdict.VALID if is_valid else Verdict.FAKE
        random = self._random(query, f"{response}\0{quote}\0{category}")
        if random.random() < self.accuracy:
            return str(right.value)
        return random.choice([value for value in Verdict.values if value != right])

    def _random(self, query: str, what: str) -> Random:
        digest = hashlib.sha256(f"{query}\0{what}".encode()).hexdigest()
        return Random(f"{self.seed}:{digest}:{self.index}")


def right_answer(domain: Domain, query: str, shown_a: str, shown_b: str) -> str:
    """Return what the truth says: the correct one clearly; of two correct ones the shorter.

    Of two wrong ones slightly the one of which more is right.
    """
    is_a, is_b = domain.is_correct(query, shown_a), domain.is_correct(query, shown_b)
    if is_a is None or is_b is None or (is_a and is_b and len(shown_a) == len(shown_b)):
        return TIE
    if is_a and is_b:
        return SLIGHTLY[len(shown_b) < len(shown_a)]
    if is_a or is_b:
        return CLEARLY[is_b]
    a, b = (domain.share_right(query, shown) or 0.0 for shown in (shown_a, shown_b))
    return BOTH_BAD if a == b else SLIGHTLY[b > a]


def _another(right: str, random: Random) -> str:
    side = {"1": "a", "2": "a", "3": "a", "5": "b", "6": "b", "7": "b"}
    others = [v for v in (*FAIRLY, TIE, BOTH_BAD) if side.get(v, v) != side.get(right, right)]
    return random.choice(others)


def _mirrored(answer: str) -> str:
    return str(8 - int(answer)) if answer.isdigit() else answer
