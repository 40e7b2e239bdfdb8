"""What the standing answers to an item mean: the one place that says so.

An answer is the letter of the response that is best, in the record's order, or prefers none of them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

LETTERS = "abcd"

Step = Literal["open", "reopen", "withdraw"]


@dataclass(frozen=True)
class Meaning:
    """`best` is preferred to each other response; "": none is. `is_level`: all who were asked have

    answered, and two responses have the most votes alike.
    """

    best: str = ""
    is_level: bool = False


NOTHING = Meaning()  # of an item that is open, or withdrawn


def is_complete(answers: Sequence[str], seats: int) -> bool:
    return len(answers) >= seats


def meaning_of(answers: Sequence[str], decisive: Sequence[str] = (), *, seats: int) -> Meaning:
    """Return what the answers to a closed item mean; `decisive` ones are its adjudicator's.

    Most votes decide; ties and `both bad` outvote nobody. The adjudicator's word is the last, also
    where it prefers none, and whatever the others say afterwards. An item that was closed before
    all its seats were taken is decided by the answers that it has, and is level to nobody.
    """
    leading = most_chosen(answers)
    best = most_chosen(decisive) if decisive else leading
    return Meaning(
        best=best[0] if len(best) == 1 else "",
        is_level=len(leading) > 1 and seats > 1 and is_complete(answers, seats),
    )


def next_step(
    meaning: Meaning, *, is_wanted: bool, state: str, withdrawn_because: str = ""
) -> Step | None:
    """Return what has to become of an item's adjudication, None where it stays as it is.

    `state` is that of the adjudication, "" where there is none yet; `is_wanted`: the campaign lets
    somebody decide. What was withdrawn for another reason than that it was not needed is not asked
    again, and what was decided stays so.
    """
    if state == "open":
        return None if meaning.is_level else "withdraw"
    if not (meaning.is_level and is_wanted):
        return None
    if not state:
        return "open"
    return "reopen" if state == "withdrawn" and withdrawn_because == "not_needed" else None


def most_chosen(answers: Sequence[str]) -> list[str]:
    """Return the letters with the most votes: none, one, or several that are level."""
    votes = Counter(answer for answer in answers if answer and answer in LETTERS)
    most = max(votes.values(), default=0)
    return sorted(letter for letter, count in votes.items() if count == most)
