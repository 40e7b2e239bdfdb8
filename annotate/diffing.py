"""What differs between two texts, word by word. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.safestring import SafeString

from annotate.rendering import visible_html

MOST_WORDS = 4_000  # above it whole lines are compared: words would take seconds
WORD = re.compile(r"\w+|\s+|[^\w\s]")
LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Change:
    """A stretch that both texts have (`same`), or only the first (`del`) or second (`ins`)."""

    kind: str
    text: str

    @property
    def html(self) -> SafeString:
        return visible_html(self.text)


def text_diff(before: str, after: str) -> list[Change]:
    """Return the stretches in order: `same` and `del` joined are `before`, `same` and `ins` after.

    Words, runs of space and single signs are compared; of long texts, lines.
    """
    unit = WORD if max(len(WORD.findall(before)), len(WORD.findall(after))) <= MOST_WORDS else LINE
    first, second = unit.findall(before), unit.findall(after)
    changes: list[Change] = []
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for kind, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if kind == "equal":
            changes += _change("same", first[a_start:a_end])
        else:
            changes += _change("del", first[a_start:a_end])
            changes += _change("ins", second[b_start:b_end])
    return _without_crumbs(changes)


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
