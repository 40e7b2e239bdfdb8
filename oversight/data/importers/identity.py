"""Which rows of a file say the same, by what the writers (services/imports) keep once.

They tell it by the ids of what they wrote; here, before anything is, texts are named by their digests.
"""

from collections.abc import Hashable, Iterator
from typing import TypeVar

from models_srv.conversations import conversation_digest
from models_srv.texts import exact_digest, with_lf

from .rows import (
    Answer,
    JudgedRow,
    KnownRow,
    LabelledRow,
    PreferenceRow,
    QueryRow,
    Row,
    SolvedRow,
    SteppedRow,
)
from .verdicts import judge_of, told_apart, verdicts

REPEATED = "its query is there already: in an earlier line, or in the campaign"
ASKED_OTHERWISE = "this pair is asked with another right answer"
T = TypeVar("T", bound=Hashable)


class Earlier:
    """The rows of one file, as they are met."""

    def __init__(self) -> None:
        self._known: set[Hashable] = set()
        self._right: dict[Hashable, Hashable] = {}
        self._fields: dict[str, dict[str, str]] = {}

    def refusal(self, row: Row) -> str:
        """Return why the row cannot come in after those before it, "" where it can."""
        if isinstance(row, SolvedRow) and _named(row.query) in self._fields:
            return REPEATED
        if isinstance(row, KnownRow):
            pair, right = _truth_of(row)
            return ASKED_OTHERWISE if self._right.setdefault(pair, right) != right else ""
        return ""

    def add(self, row: Row) -> bool:
        """Return whether the row brings anything that those before it did not."""
        new = set(_keys(row)) - self._known
        self._known |= new
        return self._fills(query_of(row)) or bool(new)

    def _fills(self, query: QueryRow) -> bool:
        """A repeated query gives what it says besides where the first one left that empty."""
        kept = self._fields.setdefault(_named(query), {})
        said = {"node": query.node, "reference": with_lf(query.reference)}
        filled = {name: words for name, words in said.items() if words and not kept.get(name)}
        kept |= filled
        return bool(filled)


def query_of(row: Row) -> QueryRow:
    return row if isinstance(row, QueryRow) else row.query


def labeller_of(row: SteppedRow) -> str:
    """Return who labelled the steps, "" where nobody did."""
    return (row.labeller or "annotator 1") if row.labels else ""


def truth(expected: str, a: T, b: T) -> tuple[frozenset[T], T | str]:
    """Return a pair and which of it is right, or that none or both are.

    Whichever of the two stands first, the same pair is right in the same way.
    """
    right = {"a": a, "b": b}.get(expected, expected)
    return frozenset((a, b)), right


def _named(query: QueryRow) -> str:
    return conversation_digest(query.turns) if query.turns else exact_digest(query.text)


def _response(row: Row, answer: Answer) -> tuple[Hashable, ...]:
    return _named(query_of(row)), *answer.identity


def _truth_of(row: KnownRow) -> tuple[Hashable, Hashable]:
    return truth(row.expected, *(_response(row, Answer("", text)) for text in (row.a, row.b)))


def _keys(row: Row) -> Iterator[Hashable]:
    """Yield what names each thing that the row is written as, of those that come in once."""
    match row:
        case PreferenceRow():
            pair = _response(row, row.chosen), _response(row, row.rejected)
            yield *pair, row.source, row.p_w, row.p_l, row.weight
        case JudgedRow():
            yield _response(row, row.answer_a), _response(row, row.answer_b)
        case SteppedRow():
            yield _response(row, Answer("", "\n".join(row.steps))), labeller_of(row)
        case KnownRow():
            yield _truth_of(row)
        case LabelledRow():
            yield from _keys_of_labelled(row)
        case _:
            yield _named(query_of(row))


def _keys_of_labelled(row: LabelledRow) -> Iterator[Hashable]:
    responses = [_response(row, answer) for answer in row.answers]
    yield _named(row.query)
    yield from responses
    for critique in row.critiques:
        yield responses[critique.answer], critique.critic, critique.summary
    for label in row.labels:
        for each in verdicts(label, len(responses)):
            second = None if each.second is None else responses[each.second]
            said = each.choice, each.p_a_better, each.overall
            yield responses[each.first], second, label.source, judge_of(label), *said
    shown = [responses[place] for place in told_apart(row.answers)]
    if row.is_asked and len(shown) > 1:
        yield frozenset(shown)
