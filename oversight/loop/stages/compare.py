"""People compare the candidate with the version at work on some held-out queries, before the gate.

The items wait like those of the review; the round goes on once they are judged or withdrawn. On some
both answers are flawed, and nothing tells those apart from the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from oversight.asking.policies.routing import AUDIT_PRIORITY
from oversight.learning.services.gate_evidence import AnswerPair, evaluation_answers
from oversight.loop.selectors.candidates import candidate_of
from oversight.loop.stages.flawed_pairs import FlawedPair, draw_flawed_pairs, stored
from oversight.models import ItemKind, Response, ReviewItem, Round
from oversight.statistics.seeds import derive_seed


@dataclass(frozen=True)
class Sampled:
    """Pairs drawn at random from those whose answers differ, each with the same probability.

    `flawed` are pairs of flawed answers to other queries.
    """

    pairs: list[AnswerPair]
    propensity: float
    flawed: list[FlawedPair] = field(default_factory=list)


def unit_count(round_: Round) -> int:
    """None where nobody is to be asked, or no candidate was trained."""
    is_wanted = round_.plan.get("gate_items") or round_.plan.get("flawed_items")
    return int(bool(is_wanted) and candidate_of(round_) is not None)


def think(round_: Round, index: int) -> Sampled:
    candidate = candidate_of(round_)
    if candidate is None:  # its servers lost it since the stage began, and the gate says so
        return Sampled([], 1.0)
    answers = evaluation_answers(round_, candidate)
    differing = [(new, old) for new, old in answers if new.text != old.text]
    count = min(round_.plan.get("gate_items", 0), len(differing))
    drawn = Random(derive_seed(round_.seed, "compare")).sample(differing, count)
    asked = {new.query_id for new, _ in drawn}
    flawed = draw_flawed_pairs(round_, answers, asked)
    return Sampled(drawn, count / len(differing) if differing else 1.0, flawed)


def write(round_: Round, index: int, sampled: Sampled) -> None:
    # All of them or none: a question that only some ask would tell those apart.
    asks_flaws = bool(sampled.flawed) or round_.plan.get("asks_flaws", False)
    items = [*_compared(round_, sampled), *_flawed(round_, sampled)]
    for item in items:
        item.asks_flaws = asks_flaws
    # In the queue those of one priority come in the order of their making.
    Random(derive_seed(round_.seed, "compared")).shuffle(items)
    ReviewItem.objects.bulk_create(items)


def _compared(round_: Round, sampled: Sampled) -> Iterator[ReviewItem]:
    for new, old in sampled.pairs:
        item = _item(round_, new, old)
        item.propensity = sampled.propensity
        yield item


def _flawed(round_: Round, sampled: Sampled) -> Iterator[ReviewItem]:
    for new, old in sampled.flawed:
        item = _item(round_, stored(new), stored(old))
        item.kind = ItemKind.FLAWED
        yield item


def _item(round_: Round, new: Response, old: Response) -> ReviewItem:
    seats = round_.plan["annotators_per_item"]
    return ReviewItem(
        campaign_id=round_.campaign_id,
        round=round_,
        query_id=new.query_id,
        response_a=new,
        response_b=old,
        annotators=seats,
        seats_free=seats,
        priority=AUDIT_PRIORITY,
    )
