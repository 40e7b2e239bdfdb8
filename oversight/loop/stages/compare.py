"""People compare the candidate with the version at work on some held-out queries, before the gate.

The items wait like those of the review; the round goes on once they are judged or withdrawn.
"""

from dataclasses import dataclass
from random import Random

from oversight.asking.policies.routing import AUDIT_PRIORITY
from oversight.learning.services.gate_evidence import AnswerPair, evaluation_answers
from oversight.loop.selectors.candidates import candidate_of
from oversight.models import ReviewItem, Round
from oversight.statistics.seeds import derive_seed


@dataclass(frozen=True)
class Sampled:
    """Pairs drawn at random from those whose answers differ, each with the same probability."""

    pairs: list[AnswerPair]
    propensity: float


def unit_count(round_: Round) -> int:
    """None where nobody is to be asked, or no candidate was trained."""
    return int(bool(round_.plan.get("gate_items")) and candidate_of(round_) is not None)


def think(round_: Round, index: int) -> Sampled:
    candidate = candidate_of(round_)
    if candidate is None:  # its servers lost it since the stage began, and the gate says so
        return Sampled([], 1.0)
    answers = evaluation_answers(round_, candidate)
    differing = [(new, old) for new, old in answers if new.text != old.text]
    count = min(round_.plan["gate_items"], len(differing))
    drawn = Random(derive_seed(round_.seed, "compare")).sample(differing, count)
    return Sampled(drawn, count / len(differing) if differing else 1.0)


def write(round_: Round, index: int, sampled: Sampled) -> None:
    seats = round_.plan["annotators_per_item"]
    ReviewItem.objects.bulk_create(
        ReviewItem(
            campaign_id=round_.campaign_id,
            round=round_,
            query_id=new.query_id,
            response_a=new,
            response_b=old,
            propensity=sampled.propensity,
            annotators=seats,
            seats_free=seats,
            priority=AUDIT_PRIORITY,
        )
        for new, old in sampled.pairs
    )
