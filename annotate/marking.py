"""Marks around the quotes of comments in formatted text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from annotate.rendering import Segment, Span, segments, visible_html


@dataclass(frozen=True)
class Piece:
    """content[start:end] of a token is text[at:at + end - start] of the source."""

    start: int
    end: int
    at: int


class Marker:
    """Writes text with marks. Each stretch says in `data-at` where it stands in the source."""

    def __init__(self, spans: Sequence[Span], pieces: Sequence[Piece], anchor: str) -> None:
        self.spans, self.anchor = spans, anchor
        # A quote may end in markup that is not shown: its number goes to the last piece under it.
        self.last_at = {
            span.number: max(
                (p.at for p in pieces if p.at < span.end and p.at + p.end - p.start > span.start),
                default=-1,
            )
            for span in spans
        }

    def html(
        self, content: str, pieces: Sequence[Piece], start: int = 0, css_class: str = ""
    ) -> SafeString:
        """Return `content`, which begins `start` characters into its token, marked and escaped."""
        out, done, end = "", start, start + len(content)
        for piece in pieces:
            low, high = max(piece.start, done), min(piece.end, end)
            if low >= high:
                continue
            out += _plain(content[done - start : low - start], css_class)
            out += self._located(
                content[low - start : high - start], piece.at + low - piece.start, piece, css_class
            )
            done = high
        return mark_safe(out + _plain(content[done - start :], css_class))  # noqa: S308  # escaped

    def around(self, html: str, pieces: Sequence[Piece]) -> SafeString:
        """Return a formula, whole, under the marks that touch it."""
        for piece in pieces:
            covering = self._clipped(piece.at, piece.at + piece.end - piece.start)
            if covering:
                length = piece.end - piece.start
                whole = [Span(s.number, 0, length, s.severity) for s in covering]
                (segment,) = segments("x" * length, whole)
                return mark_safe(self._mark(segment, html, piece.at, piece))  # noqa: S308
        return mark_safe(html)  # noqa: S308  # escaped by the caller

    def _located(self, content: str, at: int, piece: Piece, css_class: str) -> str:
        out, offset = "", at
        for segment in segments(content, self._clipped(at, at + len(content), shift=at)):
            inner = str(segment.html)
            if css_class:
                inner = f'<span class="{css_class}">{inner}</span>'
            if segment.numbers:
                out += self._mark(segment, inner, offset, piece)
            else:
                out += f'<span data-at="{offset}">{inner}</span>'
            offset += len(segment.text)
        return out

    def _clipped(self, start: int, end: int, shift: int = 0) -> list[Span]:
        return [
            Span(s.number, max(s.start, start) - shift, min(s.end, end) - shift, s.severity)
            for s in self.spans
            if s.start < end and s.end > start
        ]

    def _mark(self, segment: Segment, inner: str, offset: int, piece: Piece) -> str:
        links = "".join(
            f'<sup><a href="#{self.anchor}{number}" aria-label="to comment {number}">'
            f"{number}</a></sup>"
            for number in segment.ending
            if self._ends_here(number, offset + len(segment.text), piece)
        )
        numbers = " ".join(str(number) for number in segment.numbers)
        return (
            f'<mark class="{segment.severity}" data-numbers="{numbers}" data-at="{offset}">'
            f"{inner}{links}</mark>"
        )

    def _ends_here(self, number: int, end: int, piece: Piece) -> bool:
        span = next(span for span in self.spans if span.number == number)
        ends_in_markup = span.end > piece.at + piece.end - piece.start
        is_last = piece.at == self.last_at[number] and end >= piece.at + piece.end - piece.start
        return span.end == end or (ends_in_markup and is_last)


def _plain(content: str, css_class: str) -> str:
    if not content:
        return ""
    html = visible_html(content)
    return f'<span class="{css_class}">{html}</span>' if css_class else str(html)
