"""What the parser of Markdown must not take for markup, hidden from it. Pure.

Each character is put behind another one of a private area, one for one, so that every place in the
text stays where it is; what is shown is read from the text itself.
"""

import re
from collections.abc import Sequence

from annotate.text.formulas import Formula

_FIRST = 0xE000
_HIDE = {code: chr(_FIRST + code) for code in range(0x80) if not chr(code).isalnum()}
_SHOW = {_FIRST + code: chr(code) for code in _HIDE}

NO_MARKUP = re.compile(
    r"(?<=[A-Za-z0-9)\]])\*+(?=[A-Za-z0-9(\[])"  # the stars of 2*3 and 2**3
    r"|(?<!~)~(?!~)"  # one tilde strikes nothing through
    r"|!(?=\[)"  # a picture is a link to it
    # A tag at a line's beginning, which would take the lines after it for HTML; no address.
    r"|^(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*<(?![A-Za-z][A-Za-z0-9+.-]{1,31}:|[^\s<>@]{1,64}@)",
    re.MULTILINE,
)
LONE_CR = re.compile(r"\r(?!\n)")  # the end of a line in old texts
QUOTE_SIGNS = re.compile(r"[ \t]*(?:>[ \t]?)+")


def masked(text: str) -> str:
    """Return the text without what only looks like markup."""
    return NO_MARKUP.sub(_hide_last_sign, LONE_CR.sub("\n", text))


def _hide_last_sign(match: "re.Match[str]") -> str:
    found = match[0]
    are_stars = found == "*" * len(found)
    return found.translate(_HIDE) if are_stars else found[:-1] + found[-1].translate(_HIDE)


def without_formulas(text: str, formulas: Sequence[Formula]) -> str:
    """Return the text with its formulas hidden, so that nothing in them is markup."""
    parts, done = [], 0
    for formula in formulas:
        line = text[text.rfind("\n", 0, formula.start) + 1 : formula.start]
        quoted = QUOTE_SIGNS.match(line)
        parts.append(text[done : formula.start])
        parts.append(_hidden(text[formula.start : formula.end], line.count(">") if quoted else 0))
        done = formula.end
    return "".join([*parts, text[done:]])


def _hidden(formula: str, depth: int) -> str:
    if not depth:
        return formula.translate(_HIDE)
    # The signs of the quotation around it stay, and the line ends with them.
    lines = formula.split("\n")
    shown = [lines[0].translate(_HIDE)]
    for line in lines[1:]:
        signs = re.match(rf"(?:[ \t]*>[ \t]?){{0,{min(depth, 50)}}}", line)
        kept = signs[0] if signs else ""
        shown.append(kept + line[len(kept) :].translate(_HIDE))
    return "\n".join(shown)


def unmasked(text: str) -> str:
    return text.translate(_SHOW)
