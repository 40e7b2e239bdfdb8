"""Where a round's queries come from, in a sentence. Pure."""

from collections.abc import Mapping
from typing import Any

WROTE, WRITES, LEFT = "wrote", "is to write", "was to write"


def told_slots(plan: Mapping[str, Any], wrote: str = WROTE) -> str:
    """Return what a plan's slots say; empty where it has none, as of an update. `wrote`: that the
    attacker did, that it WRITES still, or that the round was LEFT before it had.

    A round that nobody writes queries for is as large as what was left unused.
    """
    slots = plan.get("slots") or []
    imported = sum(isinstance(slot, Mapping) and bool(slot.get("pool")) for slot in slots)
    written, wanted = len(slots) - imported, plan.get("queries_per_round", len(slots))
    if not slots:
        return ""
    if not written:
        short = f", not {wanted:,}: no more were left unused" if imported < wanted else ""
        return f"Its {_queries(imported)} {_were(imported, wrote)} imported{short}."
    why = _why_fewer(imported, round(wanted * (plan.get("pool_share") or 0)))
    if not imported:
        return f"The attacker {wrote} its {_queries(written)}.{why}"
    return (
        f"Of its {_queries(len(slots))} {imported:,} {_were(imported, wrote)} imported; the "
        f"attacker {wrote} {written:,}.{why}"
    )


def _why_fewer(imported: int, meant: int) -> str:
    """Beside an attacker only what people brought is taken: from the rest it starts."""
    if imported >= meant:
        return ""
    return (
        f" {meant:,} were meant to be imported, but {'no more' if imported else 'none'} that people "
        "brought were left unused; those drawn from a template only show the attacker where to start."
    )


def _queries(count: int) -> str:
    return "1 query" if count == 1 else f"{count:,} queries"


def _were(count: int, wrote: str) -> str:
    words = ("is", "are") if wrote == WRITES else ("was", "were")
    return words[count != 1]
