"""Model text made fit to be shown: cut along quotes, its invisible characters made visible.

Pure functions. Model text is hostile: everything here is escaped, nothing is interpreted.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

SEVERITIES = ["critical", "major", "minor", "nitpick"]  # the worst first
PLACE = "place"  # instead of a severity: the place is marked, and nothing is said of it

# What reorders, hides or breaks text without being seen: controls other than tab and line feed,
# bidi marks that override or isolate, zero-width and tag characters, separators. Joiners (U+200C,
# U+200D) and left-to-right marks stay: honest text in many scripts needs them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
LONGEST_RUN = 3  # more of them in a row are shown as one sign, with their number
SHORT_CONTROLS = {0x7F: "\u2421", **{code: chr(0x2400 + code) for code in range(0x20)}}


@dataclass(frozen=True)
class Span:
    """Where comment `number` points: text[start:end], in characters."""

    number: int
    start: int
    end: int
    severity: str

    @property
    def word(self) -> str:
        """What its number counts."""
        return "place" if self.severity == PLACE else "comment"


@dataclass(frozen=True)
class Segment:
    """A stretch of text under one set of comments; `ending` are those whose quote ends with it."""

    text: str
    numbers: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()
    severity: str = ""
    start: int = 0
    word: str = "comment"

    @property
    def html(self) -> SafeString:
        return placed_html(self.text)


class Cover:
    """Which spans lie over each stretch of a text. Spans may overlap, nest and touch."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.borders = sorted({border for span in spans for border in (span.start, span.end)})
        by_number = sorted(spans, key=lambda span: span.number)
        self.over = [
            tuple(span for span in by_number if span.start <= border < span.end)
            for border in self.borders
        ]

    def stretches(self, start: int, end: int) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
        """Yield (start, end, the spans over it by number), in order, for all of [start, end)."""
        place = bisect_right(self.borders, start)
        while start < end:
            stop = min(self.borders[place], end) if place < len(self.borders) else end
            yield start, stop, self.over[place - 1] if place else ()
            start, place = stop, place + 1


def segments(text: str, spans: Sequence[Span]) -> list[Segment]:
    """Cut the text at every border of a span. The segments joined are the text.

    Spans may overlap, nest, touch or reach outside the text (what is outside is left out). A
    segment has the worst severity of the spans over it.
    """
    inside = [s for s in spans if 0 <= s.start < min(s.end, len(text))]
    return [
        Segment(
            text=text[start:end],
            numbers=tuple(span.number for span in over),
            ending=tuple(span.number for span in over if min(span.end, len(text)) == end),
            severity=worst_severity(over),
            start=start,
            word=over[0].word if over else "comment",
        )
        for start, end, over in Cover(inside).stretches(0, len(text))
    ]


def worst_severity(spans: Iterable[Span]) -> str:
    return min((span.severity for span in spans), key=_rank, default="")


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def visible_html(text: str) -> SafeString:
    """Return the text escaped, with each invisible character replaced by a sign that names it."""
    escaped = escape(text.replace("\r\n", "\n"))
    return mark_safe(INVISIBLE.sub(_signs, escaped))  # noqa: S308  # escaped just above


def placed_html(text: str) -> SafeString:
    """Return visible_html() in which each character has its place: CRLF is shown as one, but is two."""
    if "\r\n" not in text:
        return visible_html(text)
    lines = [visible_html(line) for line in text.split("\r\n")]
    return mark_safe('<span class="cr"></span>\n'.join(lines))  # noqa: S308  # escaped


def _signs(match: "re.Match[str]") -> str:
    run = match[0]
    if len(run) <= LONGEST_RUN:
        return "".join(_sign(character) for character in run)
    codes = run.encode("utf-16-be").hex(" ", 2)  # as the page's scripts count, and quick
    more = " × " if len(set(run)) == 1 else " … × "
    return (
        f'<span class="ctl" title="{_named(run[0])} and {len(run) - 1} more" data-signs="{codes}">'
        f"{_short(run[0])}{more}{len(run)}</span>"
    )


@lru_cache(maxsize=500)
def _sign(character: str) -> str:
    return f'<span class="ctl" title="{_named(character)}">{_short(character)}</span>'


def _short(character: str) -> str:
    return SHORT_CONTROLS.get(ord(character), f"U+{ord(character):04X}")


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control character').lower()}"
