"""Flawed answers of both versions, like with like, to see which version's flaws people overlook.

Both have answered the same held-out query wrongly by themselves; or both rightly, and an error was put
into each. A wrong answer beside a tampered one would tell which of the two is easier to see through,
not which version misleads.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from models_srv.domains.domain import Domain, Tampered
from oversight.asking.services.checkers import checker_of
from oversight.asking.services.control_items import is_right
from oversight.learning.services.gate_evidence import AnswerPair
from oversight.loop.stages.tampering.by_domain import store_tampered, tampered_text
from oversight.models import Campaign, Purpose, Response, Round
from oversight.statistics.seeds import derive_seed


@dataclass(frozen=True)
class Flawed:
    """A flawed answer: as it came, or with what was put into it."""

    answer: Response
    tampered: Tampered | None = None

    @property
    def text(self) -> str:
        return self.tampered.text if self.tampered else self.answer.text


FlawedPair = tuple[Flawed, Flawed]  # the candidate's and the baseline's, to one query


def draw_flawed_pairs(
    round_: Round, answers: Sequence[AnswerPair], asked: Collection[int]
) -> list[FlawedPair]:
    """Return as many pairs as the round plans: first those that are wrong by themselves, drawn.

    Queries that are `asked` about anyway are left out, and answers alike in every letter, which say
    nothing of a difference. None without a checker's domain: nobody knows which answers are flawed.
    """
    domain, wanted = checker_of(round_.campaign), round_.plan.get("flawed_items", 0)
    if domain is None or not wanted:
        return []
    free = [pair for pair in answers if pair[0].query_id not in asked]
    Random(derive_seed(round_.seed, "flawed")).shuffle(free)
    campaign = round_.campaign
    natural = [pair for each in free if (pair := _both_wrong(campaign, each))]
    found = natural[:wanted]
    for each in free:
        if len(found) == wanted:
            break
        if pair := _both_tampered(domain, campaign, each):
            found.append(pair)
    return found


def stored(flawed: Flawed) -> Response:
    """Return the row that is shown; an answer that was tampered with before is not written again."""
    if flawed.tampered is None:
        return flawed.answer
    kept = Response.objects.filter(
        revises=flawed.answer, purpose=Purpose.TAMPERED, text=flawed.text
    ).first()
    return kept or store_tampered(flawed.answer, flawed.tampered)


def _both_wrong(campaign: Campaign, pair: AnswerPair) -> FlawedPair | None:
    if pair[0].text == pair[1].text or any(is_right(campaign, each) is not False for each in pair):
        return None
    return Flawed(pair[0]), Flawed(pair[1])


def _both_tampered(domain: Domain, campaign: Campaign, pair: AnswerPair) -> FlawedPair | None:
    new, old = (Flawed(each, tampered_text(domain, campaign, each)) for each in pair)
    if new.tampered is None or old.tampered is None or new.text == old.text:
        return None
    return new, old
