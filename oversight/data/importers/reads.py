"""Which columns of a file a format asks for: what stands in the others is lost on the way in."""

from collections.abc import Iterable, Iterator
from typing import Any

from .reading import Cells, Numbered

EMPTY: tuple[Any, ...] = (None, "", [], {})
MOST_OTHERS = 1_000


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


class Reads:
    """Watches rows being read. `unused` are the columns with something in them that nobody asked for."""

    def __init__(self) -> None:
        self._names: dict[str, None] = {}
        self._asked: set[object] = set()

    @property
    def unused(self) -> list[str]:
        return [name for name in self._names if name not in self._asked]

    def watched(self, records: Iterator[Numbered]) -> Iterator[Numbered]:
        """Yield the records as they are; of those that have columns it is noted what is asked for."""
        for line, value in records:
            if not isinstance(value, dict):
                yield line, value
                continue
            self._names |= {str(name): None for name, cell in value.items() if cell not in EMPTY}
            kind = _AskedCells if isinstance(value, Cells) else _Asked
            row = kind(value)
            row.asked = self._asked
            yield line, row


class Met:
    """The columns of rows as they are read. `missing` are those of the wanted that no row had yet;
    `others`, at most MOST_OTHERS, have something in them and are none of the wanted.
    """

    def __init__(self, wanted: Iterable[str] = ()) -> None:
        self.missing = dict.fromkeys(wanted)
        self.others: dict[str, None] = {}
        self._wanted = frozenset(self.missing)

    def note(self, row: object) -> None:
        if not isinstance(row, dict):
            return
        if self.missing:
            self.missing = {name: None for name in self.missing if name not in row}
        for name in row.keys() - self._wanted - self.others.keys():
            if row[name] not in EMPTY and len(self.others) < MOST_OTHERS:
                self.others[name] = None


class _Asked(dict[str, Any]):
    """Going through all of a row is no question for any of its columns."""

    asked: set[object]

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        self.asked.add(key)
        return super().__contains__(key)


class _AskedCells(_Asked, Cells):
    """A row of a table stays one to those who read it."""
