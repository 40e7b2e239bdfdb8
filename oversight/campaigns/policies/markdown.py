"""Guidelines and principles in Markdown as safe HTML. Pure.

HTML in the text is shown as text, pictures are the campaign's own, and what comes out goes through
nh3 besides. What is longer than anybody reads is shown as it was written.
"""

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

LONGEST = 50_000  # characters
SHORTEST_WRAPPED, LONGEST_WRAPPED = 60, 110  # characters of a line that an editor has wrapped
PICTURE = "picture:"
MOST_DIGITS = 6  # of a picture's number
TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "a", "img"),
    *("h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
}
# A page has its own first and second headings.
HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5"}


class _Renderer(RendererHTML):
    """Pictures by their number beneath `options["pictures"]`; others are named, never fetched."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        address = str(token.attrs.get("src", ""))
        words = self.renderInlineAsText(token.children or [], options, env)
        number = address.removeprefix(PICTURE)
        is_number = number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS
        if not (address.startswith(PICTURE) and is_number):
            return f"{escape(words)} ‹{escape(address)}›"
        source = f"{env['pictures']}{int(number)}/"
        return f'<img src="{escape(source)}" alt="{escape(words)}" loading="lazy">'

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "\n" if _is_wrapped(tokens) else super().softbreak(tokens, idx, options, env)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<{HEADINGS.get(tokens[idx].tag, 'h6')}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{HEADINGS.get(tokens[idx].tag, 'h6')}>\n"


def _is_wrapped(tokens: Sequence[Token]) -> bool:
    """Whether the lines of a paragraph end where an editor's do: nobody meant these breaks."""
    lines = [0]
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            lines.append(0)
        else:
            lines[-1] += len(token.content)
    return all(SHORTEST_WRAPPED <= length <= LONGEST_WRAPPED for length in lines[:-1])


_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
_PARSER.enable(["table", "strikethrough"])


@lru_cache(maxsize=128)
def guidelines_html(text: str, pictures: str) -> str:
    """Return the text as safe HTML; `pictures` is the address beneath which they are, by number."""
    if len(text) > LONGEST:
        return f"<pre>{escape(text)}</pre>"
    return nh3.clean(
        _PARSER.render(text, {"pictures": pictures}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
