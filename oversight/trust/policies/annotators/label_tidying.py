"""What makes two written labels the same, and one vote of each person on each item.

Spreadsheets and data frames write one thing in several ways: é as one code point or two, 1 as 1.0 in a
column with gaps, white space around. These are one. What may mean something is kept apart: 01 and
1, 1e3 and 1000, Yes and yes; `look_alikes` says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from models_srv.texts import with_lf

INVISIBLE = "\ufeff\u200b\u2060"
WHOLE = re.compile(r"(-?(?:0|[1-9][0-9]*))\.0*")
DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)?\.([0-9]*[1-9])0*")
NAMED = 3


class Vote(NamedTuple):
    """One label as it was given, `line` of its file."""

    line: int
    item: str
    annotator: str
    label: str


def tidy_name(text: str) -> str:
    """Return an item's or annotator's name: NFC, LF, no white space around; 7.0 is 7, 1.10 is not 1.1."""
    tidy = _bare(text)
    match = WHOLE.fullmatch(tidy)
    return _no_minus_zero(match[1] if match else tidy)


def tidy_value(text: str) -> str:
    """Return a label: as a name, and decimals without zeros at their end: 1.50 and 1.5 are one."""
    tidy = tidy_name(text)
    match = DECIMAL.fullmatch(tidy)
    return f"{match[1]}{match[2] or '0'}.{match[3]}" if match else tidy


def one_vote_each(votes: Iterable[Vote]) -> tuple[list[Vote], list[str]]:
    """Return one vote per person and item, the last one given, and what to say of the others."""
    standing: dict[tuple[str, str], Vote] = {}
    repeated, changed = 0, []
    for vote in votes:
        before = standing.get((vote.item, vote.annotator))
        if before is not None and before.label == vote.label:
            repeated += 1
            continue
        if before is not None:
            changed.append(f"lines {before.line} and {vote.line}")
        standing[vote.item, vote.annotator] = vote
    said = []
    if repeated:
        said.append(f"{repeated} rows repeat a label that stands already: counted once")
    if changed:
        more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
        said.append(
            f"{len(changed)} times one annotator gave one item another label later on; the last counts: "
            + "; ".join(changed[:NAMED]) + more
        )  # fmt: skip
    return list(standing.values()), said


def look_alikes(kind: str, names: Iterable[str]) -> Iterator[str]:
    """Say which names are counted apart though they differ in case, form or leading zeros only."""
    groups: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        groups.setdefault(_loose(name), []).append(name)
    alike = [" and ".join(map(repr, group)) for group in groups.values() if len(group) > 1]
    if alike:
        more = f"; {len(alike) - NAMED} more" if len(alike) > NAMED else ""
        yield f"{kind} that look alike are counted apart: {'; '.join(alike[:NAMED])}{more}"


def _bare(text: str) -> str:
    """Return the exact form of a text without white space around. ValueError: a NUL is in it."""
    if "\0" in text:
        raise ValueError("a NUL character")
    tidy = unicodedata.normalize("NFC", with_lf(text))
    while tidy != (tidy := tidy.strip().strip(INVISIBLE)):
        pass
    return tidy


def _no_minus_zero(text: str) -> str:
    return "0" if text == "-0" else text


def _loose(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.lstrip("0") or folded
