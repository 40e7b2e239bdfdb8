"""Slots of a round, cut into chunks of a fixed size: the same batch gives the same texts."""

from oversight.models import Query, Round
from oversight.statistics.seeds import derive_seed

SLOTS_PER_UNIT = 32


def chunk_count(items: int, size: int) -> int:
    return -(-items // size)


def slot_range(round_: Round, index: int) -> range:
    """Return the slots of a unit."""
    total = len(round_.plan["slots"])
    return range(total)[index * SLOTS_PER_UNIT : (index + 1) * SLOTS_PER_UNIT]


def queries_of(round_: Round, index: int) -> list[Query]:
    """Return the usable queries in a unit's slots, in slot order."""
    slots = slot_range(round_, index)
    return list(
        Query.objects.usable()
        .filter(round=round_, slot__gte=slots.start, slot__lt=slots.stop)
        .order_by("slot")
    )


def round_chunk_count(round_: Round) -> int:
    return chunk_count(len(round_.plan["slots"]), SLOTS_PER_UNIT)


def drawn_slots(round_: Round, index: int, share: float, why: str) -> set[int]:
    """Return the slots of a unit that are drawn for a purpose: over the round its share of them."""
    slots = slot_range(round_, index)
    count = round(share * slots.stop) - round(share * slots.start)
    return set(sorted(slots, key=lambda slot: derive_seed(round_.seed, why, slot))[:count])
