"""What differs between two texts, word by word. Pure, and bounded in time and memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from django.utils.safestring import SafeString
from rapidfuzz.distance import Indel

from annotate.text.rendering import visible_html
from models_srv.words import tokens

# Comparing takes a bit of memory and 1/64 of a step for each pair of a token here and one there.
MOST_PAIRS = 100_000_000
NOT_COMPARED = (
    "They are too long and too different to be compared word by word: each is shown whole."
)
LINE = re.compile(r"[^\n]*\n|[^\n]+")
FEWEST_CUT = 5  # lines that are the same


@dataclass(frozen=True)
class Change:
    """A stretch that both texts have (`same`), or only the first (`del`) or second (`ins`)."""

    kind: str
    text: str

    @property
    def html(self) -> SafeString:
        return visible_html(self.text)


@dataclass(frozen=True)
class Difference:
    """The stretches in order: `same` and `del` joined are the text before, `same` and `ins` after.

    `note` says so where the texts cost too much to be compared.
    """

    changes: list[Change]
    note: str = ""


def nearby(changes: Sequence[Change]) -> list[Change]:
    """Return the changes with no more than the lines beside them: what is the same is cut short."""
    last = len(changes) - 1
    return [
        _cut(change, is_first=at == 0, is_last=at == last) if change.kind == "same" else change
        for at, change in enumerate(changes)
    ]


def _cut(same: Change, *, is_first: bool, is_last: bool) -> Change:
    lines = LINE.findall(same.text)
    if len(lines) < FEWEST_CUT:
        return same
    head, tail = "" if is_first else lines[0], "" if is_last else lines[-1]
    return Change("same", f"{head}…\n{tail}")


def text_diff(before: str, after: str) -> list[Change]:
    """Return the stretches of difference()."""
    return difference(before, after).changes


def difference(before: str, after: str) -> Difference:
    """Compare words, runs of space and single signs; of long texts, lines.

    A script without spaces is compared character by character (see models_srv.words).
    """
    for cut in (tokens, LINE.findall):
        first, second = cut(before), cut(after)
        start = _common(first, second)
        end = _common(first[start:][::-1], second[start:][::-1])
        inner = first[start : len(first) - end], second[start : len(second) - end]
        if len(inner[0]) * len(inner[1]) <= MOST_PAIRS:
            changes = [
                *_change("same", first[:start]),
                *_changes(*inner),
                *_change("same", first[len(first) - end :]),
            ]
            return Difference(_without_crumbs(changes))
    return Difference([*_change("del", [before]), *_change("ins", [after])], NOT_COMPARED)


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many tokens the two begin with alike."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _changes(first: Sequence[str], second: Sequence[str]) -> list[Change]:
    changes: list[Change] = []
    for step in Indel.opcodes(first, second):
        if step.tag == "equal":
            changes += _change("same", first[step.src_start : step.src_end])
        else:
            changes += _change("del", first[step.src_start : step.src_end])
            changes += _change("ins", second[step.dest_start : step.dest_end])
    return changes


def _without_crumbs(changes: Sequence[Change]) -> list[Change]:
    """Join changes that only a space parts: whole phrases read better than word after word."""
    runs: list[Change | list[Change]] = []
    for before, change, after in zip([None, *changes], changes, [*changes[1:], None], strict=False):
        is_crumb = change.text in (" ", "") and before and after
        if change.kind == "same" and not is_crumb:
            runs.append(change)
        elif runs and isinstance(runs[-1], list):
            runs[-1].append(change)
        else:
            runs.append([change])
    return [joined for run in runs for joined in _joined(run)]


def _joined(run: Change | list[Change]) -> list[Change]:
    if isinstance(run, Change):
        return [run]
    return [
        *_change("del", [change.text for change in run if change.kind != "ins"]),
        *_change("ins", [change.text for change in run if change.kind != "del"]),
    ]


def is_near(changes: Sequence[Change]) -> bool:
    """Whether at least a third of the words stayed, so that a diff reads better than both texts."""
    same = sum(len(change.text) for change in changes if change.kind == "same")
    return same * 3 >= sum(len(change.text) for change in changes)


def _change(kind: str, parts: Sequence[str]) -> list[Change]:
    text = "".join(parts)
    return [Change(kind, text)] if text else []
