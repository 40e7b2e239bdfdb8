"""A campaign's settings and principles as a YAML file: written, and read with the line of each fault.

Nothing but mappings, lists and scalars is read; the work is bounded by the file's size and depth.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.scalarstring import LiteralScalarString

MOST_CHARS = 200_000
MOST_DEPTH = 5
SURROGATE = re.compile("[\ud800-\udfff]")  # half of a character, which no text in UTF-8 holds
LARGEST = 2**63  # what PostgreSQL keeps of a whole number


class BadFile(Exception):
    """What is wrong in the file: (line from 1, words), in its order."""

    def __init__(self, faults: list[tuple[int, str]]) -> None:
        self.faults = sorted(faults)
        super().__init__("; ".join(f"line {line}: {words}" for line, words in self.faults))


@dataclass(frozen=True)
class SettingsFile:
    """`groups` by key, each with values by name; `lines` by (group, name); `principles` None where
    the file says nothing of them, and the line of each.
    """

    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    principles: list[str] | None = None
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    principle_lines: list[int] = field(default_factory=list)


def write_file(groups: Mapping[str, Mapping[str, Any]], principles: list[str]) -> str:
    """Return the text of a file; `groups` hold what JSON can."""
    yaml, stream = YAML(), io.StringIO()
    yaml.width = 100
    whole = {
        key: {name: _written(each) for name, each in own.items()} for key, own in groups.items()
    }
    yaml.dump({**whole, "principles": [_written(text) for text in principles]}, stream)
    return stream.getvalue()


def read_file(text: str, known: Mapping[str, list[str]]) -> SettingsFile:
    """Read a file whose groups and settings are `known` by name. Raises BadFile."""
    whole = _loaded(text)
    faults = [
        (whole.lc.key(key)[0] + 1, f"there is no group “{key}”: {', '.join(known)}, principles")
        for key in whole
        if key not in known and key != "principles"
    ]
    found = SettingsFile(principles=_principles(whole, faults))
    if found.principles:
        rows = whole["principles"].lc
        found.principle_lines.extend(rows.item(at)[0] + 1 for at in range(len(found.principles)))
    for key in (key for key in known if key in whole):
        if not isinstance(whole[key], dict):
            faults.append(
                (whole.lc.key(key)[0] + 1, f"“{key}” should hold settings by their names")
            )
            continue
        for name in whole[key]:
            line = whole[key].lc.key(name)[0] + 1
            if name not in known[key]:
                words = f"“{key}” has no setting “{name}”: {', '.join(known[key])}"
                faults.append((line, words))
            if not _can_be_kept(whole[key][name]):
                faults.append((line, f"“{name}” holds a number that is none or is too large"))
            found.lines[key, str(name)] = line
        found.groups[key] = {str(name): _plain(value) for name, value in whole[key].items()}
    if faults:
        raise BadFile(faults)
    return found


def _loaded(text: str) -> Any:
    if len(text) > MOST_CHARS:
        raise BadFile([(1, f"the file has more than {MOST_CHARS:,} characters")])
    try:
        _refuse_what_is_not_read(text)
        whole = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile([(line, f"this is no YAML: {str(error.problem)[:200]}")]) from error
    except (YAMLError, ValueError) as error:
        raise BadFile([(1, "this is no YAML")]) from error
    if not isinstance(whole, dict):
        raise BadFile([(1, "a file holds groups of settings by their names")])
    return whole


def _refuse_what_is_not_read(text: str) -> None:
    """A few lines of aliases can stand for more than any memory holds, and depth for a full stack.

    What is merged (<<) has no line of its own; an escape (\\UFFFFFFFF) may be no character.
    """
    depth, line = 0, 1
    events = YAML(typ="rt", pure=True).parse(text)
    while event := _next_event(events, line):
        line = event.start_mark.line + 1
        if isinstance(event, ScalarEvent) and event.value == "<<" and not event.style:
            raise BadFile([(line, "what is merged (<<) is not read")])
        if isinstance(event, ScalarEvent) and SURROGATE.search(event.value):
            raise BadFile([(line, "there is no such character")])
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise BadFile([(line, "anchors and aliases (& and *) are not read")])
        if getattr(event, "tag", None):
            raise BadFile([(line, "tags (!) are not read")])
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            depth += 1
        elif type(event).__name__.endswith("EndEvent"):
            depth -= 1
        if depth > MOST_DEPTH:
            raise BadFile([(line, "this is nested deeper than any setting")])


def _next_event(events: Iterator[Any], line: int) -> Any:
    """Return the next event, None after the last. `line` is that of the one before."""
    try:
        return next(events, None)
    except OverflowError as error:
        raise BadFile([(line, "there is no such character")]) from error


def _can_be_kept(value: Any) -> bool:
    """Whether a column can hold its numbers: YAML has those without end."""
    if isinstance(value, dict):
        return all(map(_can_be_kept, value.values()))
    if isinstance(value, list):
        return all(map(_can_be_kept, value))
    if isinstance(value, int | float):
        return abs(value) < LARGEST
    return True


def _principles(whole: Any, faults: list[tuple[int, str]]) -> list[str] | None:
    if "principles" not in whole:
        return None
    texts = _plain(whole["principles"])
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        faults.append((whole.lc.key("principles")[0] + 1, "principles are a list of texts"))
        return None
    return [each.strip() for each in texts]


def _plain(value: Any) -> Any:
    """Return what was read without what ruamel remembers of how it was written."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value if value is None else str(value)


def _written(value: Any) -> Any:
    is_long = isinstance(value, str) and "\n" in value and not value.startswith((" ", "\n"))
    return LiteralScalarString(value) if is_long else value
