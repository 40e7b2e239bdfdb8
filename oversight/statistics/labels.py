"""Labels of items by annotators, as integer codes that the statistics compute on."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class LabelTable:
    """One entry per label given. `item`, `annotator` and `label` have shape (labels,) and hold
    positions in `items`, `annotators` and `values`. An annotator may label an item several times
    or not at all.
    """

    items: list[str]
    annotators: list[str]
    values: list[str]
    item: Ints
    annotator: Ints
    label: Ints

    def __len__(self) -> int:
        return len(self.label)

    def counts(self) -> Floats:
        """Return how often each item got each value, shape (items, values)."""
        shape = (len(self.items), len(self.values))
        cells = self.item * shape[1] + self.label
        return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    def without(self, labels: Ints) -> "LabelTable":
        """Return the table less the labels at these positions, with the same codes."""
        columns = (np.delete(each, labels) for each in (self.item, self.annotator, self.label))
        return LabelTable(self.items, self.annotators, self.values, *columns)

    def gold_codes(self, gold: dict[str, str]) -> Ints:
        """Return each item's true value as a code, shape (items,); −1 where it is not known.

        A true value that nobody ever gave has no code: it becomes len(values), which no label has.
        """
        code = {value: index for index, value in enumerate(self.values)}
        return np.array(
            [code.get(gold[item], len(code)) if item in gold else -1 for item in self.items],
            dtype=np.int64,
        )


def encode_labels(rows: Iterable[tuple[str, str, str]]) -> LabelTable:
    """Encode (item, annotator, label) rows. Values are put in numeric order where all are numbers."""
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    items, item = _coded(columns[0])
    annotators, annotator = _coded(columns[1])
    values, label = _coded(columns[2])
    return LabelTable(items, annotators, values, item, annotator, label)


def _coded(names: tuple[str, ...]) -> tuple[list[str], Ints]:
    ordered = sorted(set(names))
    with contextlib.suppress(ValueError):
        ordered.sort(key=float)
    code = {name: index for index, name in enumerate(ordered)}
    return ordered, np.array([code[name] for name in names], dtype=np.int64)
