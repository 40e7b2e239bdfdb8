"""The critic's output format, and the line scanner that reads it whatever dress it comes in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

FORMAT = """\
Check the answer to the question. Reply in exactly this form, one field a line:
verdict: flawed
summary: One sentence.
quote: the exact text of the answer that is wrong
category: the kind of problem, in a few words
severity: critical, major, minor or nitpick
principle: the number of the principle it breaks (leave this line out if there is none)
why: one sentence
fix: what should stand there instead
Repeat the lines from quote to fix for each problem. If nothing is wrong, reply:
verdict: sound
summary: No problem found."""

BLOCK_KEYS = ("quote", "category", "severity", "principle", "why", "fix")
_HEAD_KEYS = ("verdict", "summary")

_DECOR = r"[*_`]*"
_LEAD = r"[ \t]*(?:[-*•>#+]+[ \t]+|\d+[.)][ \t]+)*"


def label(keys: str) -> str:
    """Return the regular expression of a line's label, with Markdown around it or not.

    It takes a run of blanks whole and gives none of it back: to try every way of cutting one in two
    takes time with the square of its length.
    """
    return rf"^{_LEAD}{_DECOR}(?P<key>{keys})[ \t]*+{_DECOR}+[ \t]*+:[ \t]*+"


_LINE = re.compile(label("|".join((*_HEAD_KEYS, *BLOCK_KEYS))) + r"(?P<value>.*)$", re.IGNORECASE)
_FENCE = re.compile(r"^\s*(```|~~~)")

Block = dict[str, str]


@dataclass
class Field:
    """One `key: value`; the value may run over several lines."""

    key: str
    value: str


def read_fields(text: str) -> list[Field]:
    """Return the fields in order. Lines that begin no field continue the one before them.

    `verdict` and `summary` count once: a later one is text that the critic quotes.
    """
    fields: list[Field] = []
    for line in text.splitlines():
        if _FENCE.match(line):
            continue
        found = _LINE.match(line)
        key = found["key"].lower() if found else ""
        if found and not (key in _HEAD_KEYS and any(field.key == key for field in fields)):
            fields.append(Field(key, _undecorated(line, found["value"])))
        elif fields:
            fields[-1].value += "\n" + line
    for field in fields:
        field.value = field.value.strip()
    return fields


def split_blocks(fields: Sequence[Field]) -> list[Block]:
    """Group the comments' fields: a key that is already there begins the next comment."""
    blocks: list[Block] = []
    for field in fields:
        if field.key not in BLOCK_KEYS:
            continue
        if not blocks or field.key in blocks[-1]:
            blocks.append({})
        blocks[-1][field.key] = field.value
    return blocks


def _undecorated(line: str, value: str) -> str:
    """Take off the half of a bold label that stands after the colon, as in `**quote:** text`."""
    if re.match(rf"^{_LEAD}(\*\*|__)", line) and value.startswith(("**", "__")):
        return value[2:].lstrip()
    return value


def write_critique(verdict: str, summary: str, blocks: Sequence[Block]) -> str:
    """Return a critique in the form by lines, as `read_fields` and `split_blocks` read it."""
    head = [f"verdict: {verdict}", f"summary: {summary}"]
    said = [f"{key}: {block[key]}" for block in blocks for key in BLOCK_KEYS if block.get(key)]
    return "\n".join([*head, *said])
