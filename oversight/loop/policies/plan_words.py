"""Where a round's queries come from, in a sentence. Pure."""

from collections.abc import Mapping
from typing import Any


def told_slots(plan: Mapping[str, Any]) -> str:
    """Return what a plan's slots say; empty where it has none, as of an update.

    A round that nobody writes queries for is as large as what was left unused.
    """
    slots = plan.get("slots") or []
    imported = sum(isinstance(slot, Mapping) and bool(slot.get("pool")) for slot in slots)
    written, wanted = len(slots) - imported, plan.get("queries_per_round", len(slots))
    if not slots:
        return ""
    if not written:
        short = f", not {wanted:,}: no more were left unused" if imported < wanted else ""
        return f"Its {_queries(imported)} {_were(imported)} imported{short}."
    if not imported:
        return f"The attacker wrote its {_queries(written)}."
    return (
        f"Of its {_queries(len(slots))} {imported:,} {_were(imported)} imported; the attacker wrote "
        f"{written:,}."
    )


def _queries(count: int) -> str:
    return "1 query" if count == 1 else f"{count:,} queries"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
