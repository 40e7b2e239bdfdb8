"""Which version came from which, as plain numbers that a template turns into SVG. Pure.

A row each, the newest on top, as a log of commits has them: what was put to work stands in the first
lane where no line is in its way, and what was not beside its parent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, ROW, TOP = 460, 34, 20
LANE, LEFT, MOST_LANES = 22, 16, 4
MARK = 270  # where the words begin that say what became of it
MOST_CHARS = 18


@dataclass(frozen=True)
class Ancestor:
    """One version; `mark` says in words what became of it, `round` is the one that trained it."""

    pk: int
    name: str
    parent: int | None
    mark: str
    is_at_work: bool = False
    was_at_work: bool = False
    round: int | None = None


@dataclass(frozen=True)
class Node:
    """A version where it stands; `text` is where its words begin."""

    version: Ancestor
    x: int
    y: int
    text: int

    @property
    def name(self) -> str:
        whole = self.version.name
        return whole if len(whole) <= MOST_CHARS else f"{whole[: MOST_CHARS - 1]}…"


@dataclass(frozen=True)
class Lineage:
    """`edges` are what the `d` of a path takes."""

    nodes: tuple[Node, ...]
    edges: tuple[str, ...]
    height: int
    width: int = WIDTH
    mark: int = MARK


def draw_lineage(versions: Sequence[Ancestor]) -> Lineage:
    """Return the picture of versions, the newest first. A parent that is not among them is left out."""
    lanes = _lanes(versions)
    row_of = {version.pk: row for row, version in enumerate(versions)}
    text = LEFT + LANE * (max(lanes.values(), default=0) + 1)
    places = {pk: (LEFT + LANE * lanes[pk], TOP + ROW * row) for pk, row in row_of.items()}
    return Lineage(
        nodes=tuple(Node(version, *places[version.pk], text) for version in versions),
        edges=tuple(
            _edge(places[version.parent], places[version.pk])
            for version in versions
            if version.parent in places
        ),
        height=TOP + ROW * len(versions),
    )


def _lanes(versions: Sequence[Ancestor]) -> dict[int, int]:
    """Return each version's lane, so that no line runs through another version."""
    lanes: dict[int, int] = {}
    rows: list[int] = []  # the lane of each, from the oldest on
    row_of: dict[int, int] = {}
    for version in reversed(versions):
        parent = version.parent if version.parent in lanes else None
        wanted, between = 0, []
        if parent is not None:
            wanted = 0 if version.was_at_work else lanes[parent] + 1
            between = rows[row_of[parent] + 1 :]
        lane = next((n for n in range(wanted, MOST_LANES) if n not in between), MOST_LANES - 1)
        lanes[version.pk], row_of[version.pk] = lane, len(rows)
        rows.append(lane)
    return lanes


def _edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Into the child's lane within one row, then straight up."""
    (x, y), (to_x, to_y) = start, end
    turn = y - ROW
    return f"M{x} {y} C{x} {y - ROW // 2} {to_x} {y - ROW // 2} {to_x} {turn} L{to_x} {to_y}"
