"""A model's text on a card: as it stands, formatted, and a conversation turn by turn.

Who speaks is said by the page beside the turn: no text can pose as another's turn.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString

from annotate.text.markdown import formatted
from annotate.text.rendering import Segment, Span, segments
from models_srv.conversations import Turn, as_text, body, places_in_text, speaker
from oversight.models import Query, Response

LONG_CHARACTERS = 4_000
LONG_LINES = 60
MOST_MARKS = 200  # comments of one text whose quotes are marked
TOO_MANY_MARKS = f"Only the quotes of the first {MOST_MARKS} comments are marked."


@dataclass(frozen=True)
class TextView:
    """A text by a model: as it stands, formatted where it has markup, in turns where it is several.

    What is left out is said in `note`.
    """

    text: str
    segments: list[Segment]
    formatted: SafeString | None
    note: str = ""
    turns: "tuple[TurnView, ...]" = ()

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONG_CHARACTERS or self.text.count("\n") > LONG_LINES

    @property
    def has_two_forms(self) -> bool:
        return bool(self.formatted or self.turns)


@dataclass(frozen=True)
class TurnView:
    """One turn of a conversation: who speaks, in words, and what they say."""

    speaker: str
    role: str
    text: TextView


def text_view(text: str, spans: Sequence[Span] = (), anchor: str = "") -> TextView:
    marked = spans[:MOST_MARKS]
    made = formatted(text, marked, anchor)
    return TextView(text, segments(text, marked), made.html, _notes(made.note, spans))


def record_view(record: Query | Response, spans: Sequence[Span] = (), anchor: str = "") -> TextView:
    """Return a query's or response's text, its turns apart; `spans` point into the whole text."""
    turns = record.messages
    if not turns or as_text(turns) != record.text:
        return text_view(record.text, spans, anchor)
    marked = spans[:MOST_MARKS]
    return TextView(
        record.text,
        segments(record.text, marked),
        None,
        _notes("", spans),
        tuple(_turns(turns, marked, anchor)),
    )


def _turns(turns: Sequence[Turn], spans: Sequence[Span], anchor: str) -> Iterator[TurnView]:
    for turn, begins in places_in_text(turns):
        yield TurnView(speaker(turn), turn["role"], _part(body(turn), begins, spans, anchor))


def _part(text: str, begins: int, spans: Iterable[Span], anchor: str) -> TextView:
    """Return text that begins at `begins` in what the spans point into."""
    inside = list(_cut(spans, begins, len(text)))
    made = formatted(text, inside, anchor, begins)
    placed = [replace(one, start=begins + one.start) for one in segments(text, inside)]
    return TextView(text, placed, made.html, made.note)


def _cut(spans: Iterable[Span], begins: int, length: int) -> Iterator[Span]:
    for span in spans:
        start, end = max(span.start - begins, 0), min(span.end - begins, length)
        if start < end:
            yield replace(span, start=start, end=end)


def _notes(note: str, spans: Sequence[Span]) -> str:
    return " ".join(filter(None, [note, TOO_MANY_MARKS if len(spans) > MOST_MARKS else ""]))
