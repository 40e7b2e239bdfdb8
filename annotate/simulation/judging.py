"""How a simulated annotator judges: by the checker, and wrongly in a known share of answers."""

import hashlib
from collections.abc import Collection, Mapping
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

    def best(self, query: str, shown: Mapping[str, str]) -> str:
        """Return the letter of the best of several texts by letter, a tie, or that all are bad: what it
        says does not depend on where they stand."""
        random = self._random(query, "best")
        right = best_of(self.domain, query, shown)
        by_text = sorted(shown, key=lambda letter: shown[letter])
        wrong = [each for each in (*by_text, TIE, BOTH_BAD) if each != right]
        return right if random.random() < self.accuracy else random.choice(wrong)

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
            for letter in page.comments
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


def best_of(domain: Domain, query: str, shown: Mapping[str, str]) -> str:
    """Return the letter of what the truth prefers to each other: that of which most is right, and of
    those the shortest. Several wrong ones that are level are all bad.

    A tie where two are level in all of it, or where the truth of one cannot be told.
    """
    verdicts = {letter: domain.is_correct(query, text) for letter, text in shown.items()}
    if None in verdicts.values():
        return TIE
    shares = {letter: domain.share_right(query, text) or 0.0 for letter, text in shown.items()}
    best = [letter for letter in shown if shares[letter] == max(shares.values())]
    if len(best) > 1 and not any(verdicts[letter] for letter in best):
        return BOTH_BAD
    least = min(len(shown[letter]) for letter in best)
    shortest = [letter for letter in best if len(shown[letter]) == least]
    return shortest[0] if len(shortest) == 1 else TIE


def _another(right: str, random: Random) -> str:
    side = {"1": "a", "2": "a", "3": "a", "5": "b", "6": "b", "7": "b"}
    others = [v for v in (*FAIRLY, TIE, BOTH_BAD) if side.get(v, v) != side.get(right, right)]
    return random.choice(others)


def _mirrored(answer: str) -> str:
    return str(8 - int(answer)) if answer.isdigit() else answer
