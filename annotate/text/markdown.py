"""Markdown of models as safe HTML in which the quotes of comments are still marked.

Nothing of the text becomes a tag by itself: HTML in it is escaped, links and images are shown as
text, and what comes out goes through nh3 besides. Formulas are left as their TeX in `[data-math]`
for KaTeX to draw. What costs too much is not formatted, and that is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

import nh3
from django.utils.safestring import SafeString, mark_safe

from annotate.text.code import CLASSES
from annotate.text.colouring import Colours, colours_of
from annotate.text.marking import Marker
from annotate.text.masking import unmasked
from annotate.text.reading import BREAKS, Math, Part, Piece, Tag, TooMuch, parts_of
from annotate.text.rendering import PLACE, SEVERITIES, Span, visible_html

TOO_MUCH = "Shown as it was written: formatting it would take too long."
NO_COLOURS = "Code is shown without colours: colouring it would take too long."
MARKUP = {
    *("CodeBlock", "Table", "List", "BlockQuote", "Rule", "Strong", "Emphasis", "Code"),
    *("Strikethrough", "Link"),
}
BEGINNINGS = {
    "Paragraph": "<p>",
    "HtmlBlock": "<p>",
    "Heading": '<p class="heading">',
    "BlockQuote": "<blockquote>",
    "Item": "<li>",
    "Table": '<div class="table-wrap"><table>',
    "TableHead": "<thead><tr>",
    "TableRow": "<tr>",
    "Strong": "<strong>",
    "Emphasis": "<em>",
    "Strikethrough": "<s>",
    "Code": "<code>",
    "Link": '<span class="link">',
    "Rule": "<hr>",
    "SoftBreak": "<br>",
    "HardBreak": "<br>",
}
ENDS = {
    "Paragraph": "</p>",
    "HtmlBlock": "</p>",
    "Heading": "</p>",
    "BlockQuote": "</blockquote>",
    "Item": "</li>",
    "Table": "</tbody></table></div>",
    "TableHead": "</tr></thead><tbody>",
    "TableRow": "</tr>",
    "Strong": "</strong>",
    "Emphasis": "</em>",
    "Strikethrough": "</s>",
    "Code": "</code>",
}
TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "span", "div", "mark", "sup", "a"),
    *("ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "span": {"data-at", "data-end", "data-math", "data-signs", "title"},
    "mark": {"data-at", "data-end", "data-numbers"},
    "a": {"href", "aria-label"},
    "ol": {"start"},
}
ALLOWED_CLASSES = {
    "span": {"ctl", "cr", "link", "url", *CLASSES},
    "p": {"heading"},
    "div": {"table-wrap"},
    "pre": {"code"},
    "mark": {*SEVERITIES, PLACE},
}


@dataclass(frozen=True)
class Formatted:
    """The HTML, None where there is no markup to format or too much of it; and what is said of that."""

    html: SafeString | None
    note: str = ""


def formatted_html(text: str, spans: Sequence[Span] = (), anchor: str = "") -> SafeString | None:
    return formatted(text, spans, anchor).html


def formatted(
    text: str, spans: Sequence[Span] = (), anchor: str = "", begins: int = 0
) -> Formatted:
    """Return the text as HTML.

    `anchor` is what precedes a comment's number in the id of its card, for the links in the marks.
    `begins` is where the text begins in the source that places are told of.
    """
    try:
        parts = parts_of(text)
    except TooMuch:
        return Formatted(None, TOO_MUCH)
    if not has_markup(parts):
        return Formatted(None)
    colours = colours_of(_code_of(parts))
    shown = [part for part in parts if not isinstance(part, Tag) and part.at < part.end]
    html = _Writer(Marker(spans, shown, anchor, begins), colours).html(parts)
    # Links in the marks are ours; nothing of the text can be one.
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=ALLOWED_CLASSES,
        link_rel=None,
        url_schemes=set(),
    )
    note = NO_COLOURS if None in colours else ""
    return Formatted(mark_safe(clean), note)  # noqa: S308  # sanitised just above


def has_markup(parts: Sequence[Part]) -> bool:
    """Whether formatting shows anything that the plain text does not.

    A heading alone at the end does not count: `#### 62` is how many data sets write a result.
    Nor do lines that are set in, which is how some write tables and poems.
    """
    tags = [part for part in parts if isinstance(part, Tag)]
    ends_in_heading = bool(tags) and tags[-1].kind == "Heading"
    is_structured = any(tag.kind == "Heading" for tag in tags) and not ends_in_heading
    is_marked = any(tag.kind in MARKUP and tag.value != "Indented" for tag in tags)
    return is_structured or is_marked or any(isinstance(part, Math) for part in parts)


def _code_of(parts: Sequence[Part]) -> list[tuple[str, str]]:
    """Return (language as the text names it, code) of each block of code."""
    found: list[tuple[str, str]] = []
    is_code = False
    for part in parts:
        if isinstance(part, Tag) and part.kind == "CodeBlock":
            is_code = not part.is_end
            if is_code:
                info = part.value["Fenced"] if isinstance(part.value, dict) else ""
                found.append((unmasked(info), ""))
        elif is_code and isinstance(part, Piece):
            found[-1] = (found[-1][0], found[-1][1] + part.shown)
    return found


class _Writer:
    """Writes parts as HTML, from the first to the last."""

    def __init__(self, marker: Marker, colours: Sequence[Colours | None]) -> None:
        self.marker, self.colours = marker, iter(colours)
        self.out: list[str] = []
        self.addresses: list[str] = []
        self.cell = "td"
        self.code: list[Piece] | None = None

    def html(self, parts: Sequence[Part]) -> str:
        for place, part in enumerate(parts):
            if isinstance(part, Math):
                self.out.append(self._math(part))
            elif isinstance(part, Tag):
                if not (part.kind in BREAKS and _is_beside_display(parts, place)):
                    self.out.append(self._end(part) if part.is_end else self._beginning(part))
            elif self.code is not None:
                self.code.append(part)
            else:
                self.out.append(self.marker.html(part))
        return "".join(self.out)

    def _beginning(self, tag: Tag) -> str:
        if tag.kind == "CodeBlock":
            self.code = []
        elif tag.kind == "TableHead":
            self.cell = "th"
        elif tag.kind in ("Link", "Image"):
            self.addresses.append(unmasked(tag.value["dest_url"]))
        elif tag.kind == "TableCell":
            return f"<{self.cell}>"
        elif tag.kind == "List":
            first = "" if tag.value in (None, 1) else f' start="{tag.value}"'
            return "<ul>" if tag.value is None else f"<ol{first}>"
        return BEGINNINGS.get(tag.kind, "")

    def _end(self, tag: Tag) -> str:
        if tag.kind == "CodeBlock":
            return self._code_block()
        if tag.kind == "TableHead":
            self.cell = "td"
        if tag.kind in ("Link", "Image"):
            # Where it leads is said instead of leading there.
            return f'</span> <span class="url">‹{visible_html(self.addresses.pop())}›</span>'
        if tag.kind == "TableCell":
            return f"</{self.cell}>"
        if tag.kind == "List":
            return "</ol>" if tag.value else "</ul>"
        return ENDS.get(tag.kind, "")

    def _math(self, math: Math) -> str:
        tex = f'<span data-math="{math.how}">{escape(math.tex)}</span>'
        return self.marker.around(tex, math)

    def _code_block(self) -> str:
        pieces, self.code = self.code or [], None
        colours = next(self.colours)
        inner = "".join(
            self.marker.html(piece, css_class)
            for piece, css_class in _coloured(pieces, colours or [])
        )
        return f'<pre class="code"><code>{inner}</code></pre>'


def _is_beside_display(parts: Sequence[Part], place: int) -> bool:
    """Whether a displayed formula, which has lines of its own, stands before or after."""
    beside = (*parts[max(place - 1, 0) : place], *parts[place + 1 : place + 2])
    return any(isinstance(part, Math) and part.how == "display" for part in beside)


def _coloured(pieces: Sequence[Piece], colours: Colours) -> list[tuple[Piece, str]]:
    """Cut the pieces where the colour changes. The colours' lengths reach as far as they go."""
    cut: list[tuple[Piece, str]] = []
    runs = iter(colours)
    left, css_class = 0, ""
    for piece in pieces:
        done, length = 0, len(piece.shown)
        while done < length:
            if not left:
                left, css_class = next(runs, (length - done, ""))
            size = min(left, length - done)
            cut.append((_part_of(piece, done, size), css_class))
            done, left = done + size, left - size
    return cut


def _part_of(piece: Piece, start: int, size: int) -> Piece:
    shown = piece.shown[start : start + size]
    if piece.is_whole:
        return replace(piece, shown=shown)
    return Piece(shown, piece.at + start, piece.at + start + size)
