"""What came of asking the attacker to put errors into answers, in words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Unused:
    """How many are not used for the same reason."""

    why: str
    count: int


@dataclass(frozen=True)
class PutInByModel:
    """Of the answers that it was `asked` about so many are `used` with its error, the others `unused`."""

    asked: int
    used: int
    unused: Sequence[Unused] = ()


def tampering_words(found: PutInByModel | None) -> list[str]:
    """Return the sentences of a round's page; none where no model was asked."""
    if found is None:
        return []
    answers = "1 answer" if found.asked == 1 else f"{found.asked:,} answers"
    said = f"The attacker was asked to put an error into {answers}; {found.used:,} of them"
    words = [f"{said} {'is' if found.used == 1 else 'are'} used."]
    if found.unused:
        words.append(f"Not used: {'; '.join(map(_told, found.unused))}.")
    return words


def _told(unused: Unused) -> str:
    return f"{unused.count:,} ({unused.why[0].lower()}{unused.why[1:]})"
