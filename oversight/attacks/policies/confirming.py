"""When an attack counts: somebody confirms that the query is fair and that the answer fails. Pure.

Raw success is never reported: what looks like a failure may be a query that nobody could answer.
A person's word comes before a checker's. A critic's opinion and simulated annotators say nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Confirmer = Literal["person", "checker"]
CONFIRMERS: tuple[Confirmer, ...] = ("person", "checker")  # the first that speaks is believed


class Outcome(Enum):
    """What an attack came to, and how pages say it."""

    FAILED = "the question is fair, and at least half of its answers fail"
    HELD = "the question is fair, and most of its answers are good enough"
    UNFAIR = "the question is not fair"
    OPEN = "nobody has confirmed it"


@dataclass(frozen=True)
class Word:
    """What one confirmer says: of the query (`is_fair`), of an answer (`fails`); None: not said.

    `response` is the answer's id, None where all answers of the query are meant. `fault` names how
    it fails, where the confirmer can tell.
    """

    source: Confirmer
    response: int | None = None
    is_fair: bool | None = None
    fails: bool | None = None
    fault: str = ""


@dataclass(frozen=True)
class Confirmed:
    """`by`: whose word the outcome is; None of an open one. `needs_fairness`: it only lacks that."""

    outcome: Outcome
    by: Confirmer | None = None
    fault: str = ""
    needs_fairness: bool = False


Reader = Callable[[Sequence[Word]], bool | None]


def confirm(words: Sequence[Word]) -> Confirmed:
    """Return what the standing words about one query amount to.

    People are one confirmer: the majority of those who said something, and nothing where they are
    level. Answers that were looked at are counted alike: a query makes its learner fail where at
    least half of them fail, so that more samples do not make more successes.
    """
    is_fair, by = _first(words, _is_fair)
    if is_fair is False:
        return Confirmed(Outcome.UNFAIR, by)
    fails, by = _first(words, _fails)
    if is_fair is None or fails is None:
        return Confirmed(Outcome.OPEN, needs_fairness=bool(fails and is_fair is None))
    if not fails:
        return Confirmed(Outcome.HELD, by)
    return Confirmed(Outcome.FAILED, by, fault=_fault(words))


def _first(words: Sequence[Word], read: Reader) -> tuple[bool | None, Confirmer | None]:
    """Return what the first confirmer that says anything says."""
    for source in CONFIRMERS:
        said = read([word for word in words if word.source == source])
        if said is not None:
            return said, source
    return None, None


def _is_fair(words: Sequence[Word]) -> bool | None:
    return majority_of(word.is_fair for word in words)


def _fails(words: Sequence[Word]) -> bool | None:
    whole = majority_of(word.fails for word in words if word.response is None)
    if whole is not None:
        return whole
    by_response: dict[int, list[Word]] = {}
    for word in words:
        if word.response is not None:
            by_response.setdefault(word.response, []).append(word)
    verdicts = [majority_of(word.fails for word in each) for each in by_response.values()]
    known = [verdict for verdict in verdicts if verdict is not None]
    return 2 * sum(known) >= len(known) if known else None


def majority_of(said: Iterable[bool | None]) -> bool | None:
    """Return what most say, None where nobody does or they are level."""
    yes_or_no = [each for each in said if each is not None]
    ayes = sum(yes_or_no)
    return None if 2 * ayes == len(yes_or_no) else 2 * ayes > len(yes_or_no)


def _fault(words: Sequence[Word]) -> str:
    """Return the fault that is named most often, the first in the alphabet of several."""
    named = Counter(word.fault for word in words if word.fault)
    return min(named, key=lambda fault: (-named[fault], fault)) if named else ""
