"""Markdown of models as safe HTML in which the quotes of comments are still marked.

Pure functions. Nothing of the text becomes a tag by itself: HTML in it is escaped, links and images
are shown as text, and what comes out goes through nh3 besides. Formulas are left as their TeX in
`[data-math]` for KaTeX to draw.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath import texmath_plugin

from annotate.code import CLASSES, code_pieces
from annotate.marking import Marker, Piece
from annotate.rendering import SEVERITIES, Span, visible_html

LONGEST = 20_000  # characters; above it only the plain text is shown
MOST_FORMULAS = 500  # openings of \( and \[: each is looked for to the end of the text
MATH = {
    "math_inline": "inline",
    "math_inline_double": "display",
    "math_block": "display",
    "math_block_label": "display",
    "math_block_eqno": "display",
}
VERBATIM = {"text", "text_special", "code_inline", "fence", "code_block", *MATH}
MARKUP = {
    *("fence", "table_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "hr"),
    *("strong_open", "em_open", "code_inline", "s_open", "link_open", *MATH),
}
FACTOR_END = re.compile(r"[A-Za-z0-9)\]]")
FACTOR_START = re.compile(r"[A-Za-z0-9(\[]")
TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "span", "div", "mark", "sup", "a"),
    *("ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "span": {"data-at", "data-math", "title"},
    "mark": {"data-at", "data-numbers"},
    "a": {"href", "aria-label"},
    "ol": {"start"},
}
ALLOWED_CLASSES = {
    "span": {"ctl", "link", "url", *CLASSES},
    "p": {"heading"},
    "div": {"table-wrap"},
    "pre": {"code"},
    "mark": set(SEVERITIES),
}


def formatted_html(text: str, spans: Sequence[Span] = (), anchor: str = "") -> SafeString | None:
    """Return the text as HTML, None where it has no markup to format or is too long.

    `anchor` is what precedes a comment's number in the id of its card, for the links in the marks.
    """
    if len(text) > LONGEST or text.count("\\(") + text.count("\\[") > MOST_FORMULAS:
        return None
    tokens = _parser().parse(text)
    if not has_markup(tokens):
        return None
    pieces = _located(text, tokens)
    marker = Marker(spans, [piece for _, found in pieces for piece in found], anchor)
    env = {"pieces": {id(token): found for token, found in pieces}, "marker": marker}
    html = _parser().renderer.render(tokens, _parser().options, env)
    # Links in the marks are ours; nothing of the text can be one.
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=ALLOWED_CLASSES,
        link_rel=None,
        url_schemes=set(),
    )
    return mark_safe(clean)  # noqa: S308  # sanitised just above


def has_markup(tokens: Sequence[Token]) -> bool:
    """Whether formatting shows anything that the plain text does not.

    A heading alone at the end does not count: `#### 62` is how many data sets write a result.
    """
    flat = [token for token, _ in _flat(tokens)]
    headings = [token for token in tokens if token.type == "heading_open"]
    is_structured = bool(headings) and tokens[-1].type != "heading_close"
    return is_structured or any(token.type in MARKUP for token in flat)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"breaks": True, "html": False})
    parser.enable(["table", "strikethrough"]).disable(["image", "text_join", "html_block"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(texmath_plugin, delimiters="brackets")
    parser.inline.ruler.before("emphasis", "times", _times)
    for name in MATH:
        parser.add_render_rule(name, _math)
    for name in ("text", "text_special"):
        parser.add_render_rule(name, _text)
    for name in ("fence", "code_block"):
        parser.add_render_rule(name, _code_block)
    for name, rule in RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _times(state: StateInline, silent: bool) -> bool:
    """Leave the stars of `2*3` and `2**3` alone, which Markdown would take for emphasis."""
    start = end = state.pos
    while end < state.posMax and state.src[end] == "*":
        end += 1
    if start == end or not 0 < start < end < state.posMax:
        return False
    if not (FACTOR_END.match(state.src[start - 1]) and FACTOR_START.match(state.src[end])):
        return False
    if not silent:
        state.pending += state.src[start:end]
    state.pos = end
    return True


def _flat(tokens: Sequence[Token]) -> Iterator[tuple[Token, list[int] | None]]:
    """Yield every token, inline ones included, with the lines of the block that it stands in."""
    lines: list[int] | None = None
    for token in tokens:
        lines = token.map or lines
        yield token, lines
        for child in token.children or []:
            yield child, lines


def _located(text: str, tokens: Sequence[Token]) -> list[tuple[Token, list[Piece]]]:
    """Find where each verbatim stretch of the rendered text stands in the source.

    markdown-it gives the lines of blocks only. Within them the text that is shown occurs in the
    source letter for letter and in order, so it is looked for from where the last one ended.
    """
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found, cursor = [], 0
    for token, lines in _flat(tokens):
        if lines:
            cursor = max(cursor, starts[min(lines[0], len(starts) - 1)])
        if token.type in VERBATIM:
            pieces, cursor = _pieces(text, token, cursor)
            found.append((token, pieces))
    return found


def _pieces(text: str, token: Token, cursor: int) -> tuple[list[Piece], int]:
    """Return the token's pieces. Code goes line by line: it may be indented in the source."""
    source = token.markup if token.type == "text_special" else token.content
    is_block = token.type in ("fence", "code_block")
    parts = source.splitlines(keepends=True) if is_block else [source]
    if token.type == "fence":
        cursor = text.find("\n", cursor) + 1 or len(text)
    pieces, offset = [], 0
    for part in parts:
        at = text.find(part.rstrip("\n") if is_block else part, cursor)
        if part.strip() and at >= 0:
            pieces.append(Piece(offset, offset + len(part), at))
            cursor = at + len(part)
        offset += len(part)
    return pieces, min(cursor, len(text))


def _text(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    if token.type == "text_special":
        return str(visible_html(token.content))
    return str(env["marker"].html(token.content, env["pieces"][id(token)]))


def _code_inline(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f"<code>{_text(self, tokens, at, options, env)}</code>"


def _code_block(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    pieces = env["pieces"][id(token)]
    html = "".join(
        env["marker"].html(value, pieces, start, css_class)
        for start, css_class, value in code_pieces(token.content, token.info)
    )
    return f'<pre class="code"><code>{html}</code></pre>'


def _math(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    token = tokens[at]
    how = MATH[token.type]
    pieces = env["pieces"][id(token)]
    shown = f'<span data-math="{how}">{escape(token.content)}</span>'
    shown = env["marker"].around(shown, pieces)
    return f"<p>{shown}</p>" if token.block else shown


def _link_close(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Say where a link leads instead of leading there."""
    opening = next(token for token in reversed(tokens[:at]) if token.type == "link_open")
    address = str(opening.attrGet("href") or "")
    return f'</span> <span class="url">‹{escape(address)}›</span>'


RULES = {
    "code_inline": _code_inline,
    "heading_open": lambda *_: '<p class="heading">',
    "heading_close": lambda *_: "</p>",
    "link_open": lambda *_: '<span class="link">',
    "link_close": _link_close,
    "table_open": lambda *_: '<div class="table-wrap"><table>',
    "table_close": lambda *_: "</table></div>",
}
