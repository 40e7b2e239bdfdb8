"""Which answered items are reviewed: the rules that a campaign has set, over what is known of an item."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """As the campaign's settings have them. `share` is of all answered items, `first` counts answers."""

    disagreement: bool = False
    flagged: bool = False
    gold_missed: bool = False
    share: float = 0.0
    first: int = 0


@dataclass(frozen=True)
class Answered:
    """A closed item: what people chose ("" where nothing was compared), the right answer if it is known,
    and for each answer the how manieth it was of its person's in the campaign, from 1."""

    choices: Sequence[str] = ()
    places: Sequence[int] = ()
    expected: str = ""
    is_flagged: bool = False
    drawn: float = 1.0


def reasons_for(item: Answered, rules: Rules) -> list[str]:
    """Return the rules that choose it, the most telling first; none where no person has answered."""
    if not item.choices:
        return []
    chosen = {
        "gold_missed": rules.gold_missed and is_missed(item),
        "disagreement": rules.disagreement and len({*filter(None, item.choices)}) > 1,
        "flagged": rules.flagged and item.is_flagged,
        "first_answers": any(place <= rules.first for place in item.places),
        "random": item.drawn < rules.share,
    }
    return [reason for reason, is_so in chosen.items() if is_so]


def is_missed(item: Answered) -> bool:
    return bool(item.expected) and any(choice != item.expected for choice in item.choices)


def draw(secret: str, item_id: int) -> float:
    """Return a number in [0, 1) for the item: drawn once, since asked again it is the same.

    The secret is the campaign's: who annotates cannot reckon which answers are looked at.
    """
    digest = hashlib.sha256(f"review\x1f{secret}\x1f{item_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
