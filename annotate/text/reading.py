"""A text in Markdown read into what is shown of it, each piece with its place in the source. Pure.

The places are the parser's own (pulldown-cmark gives the range of every event): nothing is looked
for. A piece stands for its source letter for letter, or as a whole where the two differ (an entity).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pyromark

from annotate.text.formulas import MOST_FORMULAS, Formula, formulas_in
from annotate.text.masking import LONE_CR, masked, unmasked, without_formulas
from annotate.text.rendering import INVISIBLE

LONGEST = 20_000  # characters
MOST_EVENTS = 4_000  # of the parser: beginnings, ends, stretches of text
MOST_SIGNS = 2_000  # stretches of characters that cannot be seen, each named by a sign
OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
OPENER = re.compile(r"\$|\\[(\[]")
BREAKS = ("SoftBreak", "HardBreak")
# What a container puts before the next line of a code span, and the code's own spaces.
LINE_BEGINNING = re.compile(r"\n?[ \t>]*")
SPACES = re.compile(r" *")


@dataclass(frozen=True, slots=True)
class Piece:
    """`shown` stands for text[at:end] of the source: letter for letter, or as a whole."""

    shown: str
    at: int
    end: int
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Math:
    """A formula: its TeX, whether `inline` or `display`, and where it stands."""

    tex: str
    how: str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """What begins or ends: a kind of pulldown-cmark's, with what it says about it."""

    kind: str
    is_end: bool = False
    value: Any = None


Part = Piece | Math | Tag
Event = tuple[Any, int, int]


class TooMuch(Exception):
    """The text costs more than is spent on formatting one."""


def parts_of(text: str) -> list[Part]:
    """Return what is shown of the text, in order. Raises TooMuch above the bounds named here."""
    if len(text) > LONGEST or len(INVISIBLE.findall(text)) > MOST_SIGNS:
        raise TooMuch
    hidden = masked(text)
    events = _events(hidden)
    formulas: list[Formula] = []
    if OPENER.search(text):
        formulas = formulas_in(text, _code(events), _breaks(events))
    if len(formulas) > MOST_FORMULAS:
        raise TooMuch
    if formulas:
        hidden = without_formulas(hidden, formulas)
        events = _events(hidden)
    return list(_parts(text, hidden, events, formulas))


def _events(text: str) -> list[Event]:
    """Return the parser's events with their ranges in characters; it counts in bytes of UTF-8."""
    found = list(islice(pyromark.events_with_range(text, options=OPTIONS), MOST_EVENTS + 1))
    if len(found) > MOST_EVENTS:
        raise TooMuch
    if text.isascii():
        return [(event, place["start"], place["end"]) for event, place in found]
    at = _characters_before(
        text.encode(), {byte for _, place in found for byte in (place["start"], place["end"])}
    )
    return [(event, at[place["start"]], at[place["end"]]) for event, place in found]


def _characters_before(content: bytes, places: Collection[int]) -> dict[int, int]:
    """Return how many characters come before each place, which is counted in bytes."""
    found, before, count = {}, 0, 0
    for place in sorted(places):
        count += len(content[before:place].decode())
        found[place], before = count, place
    return found


def _code(events: Sequence[Event]) -> list[tuple[int, int]]:
    is_code = {"Code", "CodeBlock"}
    return [(start, end) for event, start, end in events if _kind(event) in is_code]


def _kind(event: Any) -> str:
    """Return the name of what begins here, or of what stands here; empty for an end."""
    if isinstance(event, str):
        return event
    (name, value), *_ = event.items()
    if name == "Start":
        return value if isinstance(value, str) else next(iter(value))
    return "" if name == "End" else name


def _breaks(events: Sequence[Event]) -> list[int]:
    """Return where blocks begin and end."""
    blocks = {"Paragraph", "Heading", "Item", "TableCell", "BlockQuote", "CodeBlock", "List"}
    return sorted(
        place
        for event, start, end in events
        if _kind(event) in blocks or event == "Rule"
        for place in (start, end)
    )


def _parts(
    text: str, hidden: str, events: Sequence[Event], formulas: Sequence[Formula]
) -> Iterator[Part]:
    waiting = list(reversed(formulas))
    done = 0
    for number, (event, start, end) in enumerate(events):
        if isinstance(event, str):
            if start >= done:
                yield Tag(event)
            continue
        (name, value), *_ = event.items()
        if name in ("Start", "End"):
            yield _tag(value, is_end=name == "End")
        elif name == "Code":
            yield Tag("Code")
            yield from code_pieces(text, hidden, start, end, value)
            yield Tag("Code", is_end=True)
        elif value != hidden[start:end]:
            yield Piece(unmasked(value), start, end, is_whole=True)
        else:
            at = max(start, done)
            while at < end:
                while waiting and waiting[-1].start < at:
                    waiting.pop()
                formula = waiting[-1] if waiting and waiting[-1].start < end else None
                math = _math(text, events, number, formula) if formula else None
                stop = formula.start if formula else end
                if stop > at:
                    yield Piece(LONE_CR.sub("\n", text[at:stop]), at, stop)
                if formula and math:
                    yield math
                    stop = done = formula.end
                elif formula:
                    waiting.pop()
                at = stop


def _math(text: str, events: Sequence[Event], number: int, formula: Formula) -> Math | None:
    """Return the formula if it ends in text that goes on from event `number`, else None."""
    tex: list[str] = []
    for event, start, end in events[number:]:
        if event in BREAKS:
            tex.append("\n")
        elif isinstance(event, dict) and "Text" in event:
            tex.append(text[max(start, formula.inner_start) : min(end, formula.inner_end)])
        else:
            return None
        if formula.end <= end:
            return Math("".join(tex), formula.how, formula.start, formula.end)
    return None


def _tag(value: Any, *, is_end: bool) -> Tag:
    if isinstance(value, str):
        return Tag(value, is_end)
    (kind, about), *_ = value.items()
    return Tag(kind, is_end, about)


def code_pieces(text: str, hidden: str, start: int, end: int, content: str) -> Iterator[Piece]:
    """Yield the pieces of code in a line, whose source is text[start:end] with its backticks.

    A line end is shown as a space, what a container puts before the next line is not shown, `\\|` of a
    table is `|`. Where these do not explain the content, it stands for its source as a whole.
    """
    ticks = len(hidden[start:end]) - len(hidden[start:end].lstrip("`"))
    places = _aligned(hidden, start + ticks, end - ticks, content)
    if places is None:
        places = _aligned(hidden, start + ticks + 1, end - ticks, content)  # a space is stripped
    if places is None:
        yield Piece(unmasked(content), start, end, is_whole=True)
        return
    for first, after in _runs(places, text):
        at, stop = places[first], places[after - 1] + 1
        is_line_end = text[at] in "\r\n"
        yield Piece(" " if is_line_end else text[at:stop], at, stop, is_whole=is_line_end)


def _runs(places: Sequence[int], text: str) -> Iterator[tuple[int, int]]:
    """Yield (first, after) of the indices whose places follow each other; a line end is apart."""
    first = 0
    for index in range(1, len(places) + 1):
        is_last = index == len(places)
        if is_last or places[index] != places[index - 1] + 1 or _parts_lines(text, places, index):
            yield first, index
            first = index


def _parts_lines(text: str, places: Sequence[int], index: int) -> bool:
    return text[places[index]] in "\r\n" or text[places[index - 1]] in "\r\n"


def _aligned(source: str, at: int, end: int, content: str) -> list[int] | None:
    """Return where each character of the content stands in source[at:end], None if it does not."""
    places: list[int] = []
    for index, char in enumerate(content):
        if char == "|" and source[at : at + 2] == "\\|":
            at += 1
        is_line_end = at < end and source[at] in "\r\n"
        if at >= end or (source[at] != char and not (is_line_end and char == " ")):
            return None
        places.append(at)
        at += 1
        if is_line_end:
            spaces = SPACES.match(content, index + 1)
            after_signs = LINE_BEGINNING.match(source, at)
            at = max(at, after_signs.end() - len(spaces[0])) if spaces and after_signs else at
    return places
