"""Into which of a round's answers an error is put, and into how many of a unit's."""

from django.db.models import QuerySet

from oversight.loop.stages.chunks import slot_range
from oversight.models import Purpose, Response, Round
from oversight.statistics.seeds import derive_seed


def drawn_answers(round_: Round, index: int) -> list[Response]:
    """Return the learner's answers to a unit's queries, those to one query after another, drawn."""
    own = _in_slots(round_, index, Purpose.FEEDBACK).filter(version=round_.learner)
    answers = own.select_related("query__campaign").order_by("sample")
    return sorted(answers, key=lambda row: derive_seed(round_.seed, "tamper", row.query.slot))


def tampered_queries(round_: Round, index: int) -> set[int]:
    """Return to which of a unit's queries there is an answer with an error put in already.

    A round that was moved to another learner has those of the first one's answers still.
    """
    rows = _in_slots(round_, index, Purpose.TAMPERED)
    return set(rows.values_list("query_id", flat=True))


def unit_part(round_: Round, index: int) -> int:
    """Return how many of the round's tampered answers are of this unit; they add up to the plan's."""
    wanted, slots = round_.plan.get("tampered_items", 0), slot_range(round_, index)
    total = len(round_.plan["slots"])
    return wanted * slots.stop // total - wanted * slots.start // total if total else 0


def _in_slots(round_: Round, index: int, purpose: Purpose) -> QuerySet[Response]:
    slots = slot_range(round_, index)
    return Response.objects.filter(
        query__round=round_,
        query__slot__gte=slots.start,
        query__slot__lt=slots.stop,
        purpose=purpose,
    )
