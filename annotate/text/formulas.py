r"""Formulas in a text, told from money: \(…\), \[…\], $$…$$ and $…$. Pure, in linear time."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

MOST_FORMULAS = 500
LONGEST_FORMULA = 4_000  # characters
DISPLAY, INLINE = "display", "inline"
CLOSERS = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "$": "$"}

DELIMITER = re.compile(r"\\[\s\S]|\$+")
LINE_BEGINNING = re.compile(r"(?:^|(?<=[\r\n]))(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*")
SOMETHING = re.compile(r"[^\W_]")

# What says nothing about words: commands of TeX, and what stands in braces.
TEX = re.compile(r"\\[A-Za-z]+(?:\s*\{[^{}]*\})?|\{[^{}]*\}")
AMOUNT = re.compile(r"\.?\d")
WORD = re.compile(r"""(?<![^\s,;.:"“”‘’])([^\W\d_]{2,}+)(?=[\s,;.:"“”‘’]++\w)""")
FUNCTION = re.compile(
    "sin|cos|tan|cot|sec|csc|log|ln|lg|exp|max|min|sup|inf|lim|mod|gcd|lcm|det|dim|ker|arg"
)
COUNTRY = re.compile(r"(?<=[\s(/,;])(?:USD?|CAD?|AUD?|NZD?|HKD?|SGD?|NT|TWD?|MXN?|BRL?)\Z")
EAST_ASIAN = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Formula:
    """text[start:end] with its delimiters; text[inner_start:inner_end] is the TeX."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    how: str


def formulas_in(text: str, code: Sequence[tuple[int, int]], breaks: Sequence[int]) -> list[Formula]:
    """Return the formulas in order.

    None reaches into a stretch of `code` or, if it stands in a line of prose, over one of `breaks`,
    where a paragraph or an item begins or ends. Both are in order.
    """
    marks = [(m.start(), m[0]) for m in DELIMITER.finditer(text) if not _is_inside(code, m.start())]
    places: dict[str, list[int]] = {kind: [] for kind in (*CLOSERS, "\\)", "\\]")}
    for at, mark in marks:
        places.setdefault(mark, []).append(at)
    firsts = {match.end() for match in LINE_BEGINNING.finditer(text)}
    found: list[Formula] = []
    for at, mark in marks:
        if mark not in CLOSERS or (found and at < found[-1].end):
            continue
        formula = _formula_at(text, at, mark, places, is_first=at in firsts)
        if formula and _stands_alone(formula, code, breaks, is_first=at in firsts):
            found.append(formula)
    return found


def _formula_at(
    text: str, at: int, mark: str, places: dict[str, list[int]], *, is_first: bool
) -> Formula | None:
    size = len(mark)
    closer = _next(places[CLOSERS[mark]], at + size)
    if closer is None or closer - at > LONGEST_FORMULA:
        return None
    another = _next(places[mark], at + size)
    if mark in ("\\(", "\\[") and another is not None and another < closer:
        return None  # the inner one is meant
    if mark == "\\[" and not is_first:
        return None  # brackets that are escaped in prose
    inner, end = text[at + size : closer], closer + size
    if not SOMETHING.search(inner):
        return None
    if mark == "$" and not is_formula(text[at - 1 : at] if at else "", inner, text[end : end + 1]):
        return None
    is_inline = mark in ("$", "\\(")
    return Formula(at, end, at + size, closer, INLINE if is_inline else DISPLAY)


def _stands_alone(
    formula: Formula, code: Sequence[tuple[int, int]], breaks: Sequence[int], *, is_first: bool
) -> bool:
    over_code = bisect_left(code, (formula.start,)) != bisect_left(code, (formula.end,))
    may_reach_over = is_first and formula.how == DISPLAY
    is_broken = bisect_right(breaks, formula.start) != bisect_left(breaks, formula.end)
    return not over_code and (may_reach_over or not is_broken)


def is_formula(before: str, inner: str, after: str) -> bool:
    """Whether the `inner` of two dollar signs is TeX: not money, not the names of a shell.

    `before` and `after` are the characters around them, or empty. Pandoc's rule (no space inside,
    no digit after) lets `$20 in US$` and `$5, or 5$` through: prose after an amount is none.
    """
    if inner != inner.strip() or (before.isascii() and before.isalnum()) or before == "$":
        return False
    is_word_next = after.isascii() and after.isalpha()
    if after.isdigit() or (after in ("{", "$") and after):
        return False
    bare = TEX.sub(" \\\\ ", inner)
    if is_word_next and (re.search("[A-Za-z]{2}", bare) or not re.search(r"[\w})']\Z", inner)):
        return False
    is_prose = any(not (word.isupper() or FUNCTION.fullmatch(word)) for word in WORD.findall(bare))
    return not is_prose and not (AMOUNT.match(inner) and _goes_on_as_money(bare))


def _goes_on_as_money(bare: str) -> bool:
    is_open = bare.count("(") != bare.count(")")
    return is_open or bool(COUNTRY.search(bare) or EAST_ASIAN.search(bare))


def _is_inside(stretches: Sequence[tuple[int, int]], at: int) -> bool:
    place = bisect_left(stretches, (at + 1,))
    return place > 0 and at < stretches[place - 1][1]


def _next(places: Sequence[int], at: int) -> int | None:
    place = bisect_left(places, at)
    return places[place] if place < len(places) else None
