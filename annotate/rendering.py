"""Model text made fit to be shown: cut along quotes, its invisible characters made visible.

Pure functions. Model text is hostile: everything here is escaped, nothing is interpreted.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

SEVERITIES = ["critical", "major", "minor", "nitpick"]  # the worst first

# What reorders, hides or breaks text without being seen: controls other than tab and line feed,
# bidi marks that override or isolate, zero-width and tag characters, separators. Joiners (U+200C,
# U+200D) and left-to-right marks stay: honest text in many scripts needs them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
SHORT_CONTROLS = {0x7F: "\u2421", **{code: chr(0x2400 + code) for code in range(0x20)}}


@dataclass(frozen=True)
class Span:
    """Where comment `number` points: text[start:end], in characters."""

    number: int
    start: int
    end: int
    severity: str


@dataclass(frozen=True)
class Segment:
    """A stretch of text under one set of comments; `ending` are those whose quote ends with it."""

    text: str
    numbers: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()
    severity: str = ""
    start: int = 0

    @property
    def html(self) -> SafeString:
        return visible_html(self.text)


def segments(text: str, spans: Sequence[Span]) -> list[Segment]:
    """Cut the text at every border of a span. The segments joined are the text.

    Spans may overlap, nest, touch or reach outside the text (what is outside is left out). A
    segment has the worst severity of the spans over it.
    """
    inside = [s for s in spans if 0 <= s.start < min(s.end, len(text))]
    borders = {0, len(text)} | {s.start for s in inside} | {min(s.end, len(text)) for s in inside}
    cuts = sorted(borders)
    return [_segment(text, start, end, inside) for start, end in pairwise(cuts)]


def _segment(text: str, start: int, end: int, spans: Sequence[Span]) -> Segment:
    over = sorted((s for s in spans if s.start <= start < s.end), key=lambda s: s.number)
    return Segment(
        text=text[start:end],
        numbers=tuple(s.number for s in over),
        ending=tuple(s.number for s in over if min(s.end, len(text)) == end),
        severity=min((s.severity for s in over), key=_rank, default=""),
        start=start,
    )


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def visible_html(text: str) -> SafeString:
    """Return the text escaped, with each invisible character replaced by a sign that names it."""
    escaped = str(escape(text.replace("\r\n", "\n")))
    return mark_safe(INVISIBLE.sub(_sign, escaped))  # noqa: S308  # escaped just above


def _sign(match: "re.Match[str]") -> str:
    code = ord(match[0])
    name = unicodedata.name(match[0], "control character").lower()
    shown = SHORT_CONTROLS.get(code, f"U+{code:04X}")
    return f'<span class="ctl" title="U+{code:04X} {name}">{shown}</span>'
