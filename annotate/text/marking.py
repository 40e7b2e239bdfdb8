"""Marks around the quotes of comments in formatted text. Pure."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString, mark_safe

from annotate.text.reading import Math, Piece
from annotate.text.rendering import Cover, Span, placed_html, visible_html, worst_severity


class Marker:
    """Writes what is shown with its marks. `data-at` says where it stands in the source.

    Where it stands for source[at:end] as a whole, and not letter for letter, `data-end` says so.
    What is written may be a part of the source: it begins there at `begins`.
    """

    def __init__(
        self, spans: Sequence[Span], shown: Iterable[Piece | Math], anchor: str, begins: int = 0
    ) -> None:
        self.cover, self.anchor, self.begins = Cover(spans), anchor, begins
        self.ending = _last_shown(spans, [(part.at, part.end) for part in shown])

    def html(self, piece: Piece, css_class: str = "") -> SafeString:
        """Return the piece marked and escaped."""
        if piece.is_whole:
            return self.around(_classed(visible_html(piece.shown), css_class), piece)
        out = ""
        for start, end, over in self.cover.stretches(piece.at, piece.end):
            shown = placed_html(piece.shown[start - piece.at : end - piece.at])
            inner, place = _classed(shown, css_class), f'data-at="{self.begins + start}"'
            if over:
                ending = [s for s in self._ending(piece, over) if min(s.end, piece.end) == end]
                out += self._mark(inner, over, ending, place)
            else:
                out += f"<span {place}>{inner}</span>"
        return mark_safe(out)  # noqa: S308  # escaped

    def around(self, html: str, part: Piece | Math) -> SafeString:
        """Return what cannot be cut, whole, under the marks that touch it."""
        if part.at == part.end:
            return mark_safe(html)  # noqa: S308  # escaped by the caller
        place = f'data-at="{self.begins + part.at}" data-end="{self.begins + part.end}"'
        stretches = self.cover.stretches(part.at, part.end)
        touching = sorted({s for _, _, over in stretches for s in over}, key=lambda s: s.number)
        if touching:
            return mark_safe(self._mark(html, touching, self._ending(part, touching), place))  # noqa: S308
        return mark_safe(f"<span {place}>{html}</span>")  # noqa: S308

    def _ending(self, part: Piece | Math, over: Iterable[Span]) -> list[Span]:
        return [span for span in self.ending.get(part.at, ()) if span in over]

    def _mark(self, inner: str, over: Sequence[Span], ending: Iterable[Span], place: str) -> str:
        links = "".join(
            f'<sup><a href="#{self.anchor}{span.number}" aria-label="to {span.word} {span.number}">'
            f"{span.number}</a></sup>"
            for span in ending
        )
        numbers = " ".join(str(span.number) for span in over)
        severity = worst_severity(over)
        return f'<mark class="{severity}" data-numbers="{numbers}" {place}>{inner}{links}</mark>'


def _last_shown(spans: Sequence[Span], places: Sequence[tuple[int, int]]) -> dict[int, list[Span]]:
    """Return the spans by where the last part under them begins.

    A quote may end in markup that is not shown: its number goes to the last part under it.
    """
    found = defaultdict(list)
    for span in spans:
        place = bisect_left(places, (span.end, -1)) - 1
        if place >= 0 and places[place][1] > span.start:
            found[places[place][0]].append(span)
    return found


def _classed(html: str, css_class: str) -> str:
    return f'<span class="{css_class}">{html}</span>' if css_class else html
