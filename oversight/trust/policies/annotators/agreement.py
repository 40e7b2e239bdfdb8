"""How far annotators agree beyond chance: Cohen's and Fleiss' κ, Krippendorff's α.

A figure that is not defined (nobody overlaps, or only one value was ever given) is None.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Literal

import numpy as np
from scipy import sparse

from oversight.statistics.labels import Floats, Ints, LabelTable

Level = Literal["nominal", "ordinal", "interval"]


def cohen_kappa(first: Sequence[int] | Ints, second: Sequence[int] | Ints) -> float | None:
    """Return Cohen's κ (1960) of two annotators' codes of the same items, each shape (items,)."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} labels against {len(second)}")
    _, codes = np.unique(np.concatenate([first, second]), return_inverse=True)
    table = np.zeros((codes.max(initial=0) + 1,) * 2)
    np.add.at(table, (codes[: len(first)], codes[len(first) :]), 1)
    kappa = float(_kappas(table))
    return None if math.isnan(kappa) else kappa


@dataclass(frozen=True)
class PairKappas:
    """Cohen's κ of each pair of annotators with an item in common. All have shape (pairs,).

    `first` and `second` are positions in the table's annotators; κ is NaN where it is not defined.
    """

    first: Ints
    second: Ints
    common_items: Floats
    kappa: Floats


def pairwise_kappa(table: LabelTable) -> PairKappas:
    """Return Cohen's κ pair by pair. Several labels by one person on one item share one vote."""
    votes = _votes(table)
    labelled = reduce(add, votes)
    first, second, common_items = overlaps(table)
    seen, by_chance = np.zeros((2, len(first)))
    # The diagonal and the margins of each pair's table are enough: all tables would not fit.
    for vote in votes:
        seen += cells_at(vote @ vote.T, first, second)
        of_first = cells_at(vote @ labelled.T, first, second)
        by_chance += of_first * cells_at(labelled @ vote.T, first, second)
    kappa = _kappa(seen / common_items, by_chance / common_items**2)
    return PairKappas(first, second, common_items, kappa)


def overlaps(table: LabelTable) -> tuple[Ints, Ints, Floats]:
    """Return (first annotator, second annotator, items both labelled) of all pairs that share one."""
    shape = (len(table.annotators), len(table.items))
    cells = np.unique(table.annotator * shape[1] + table.item)
    labelled = sparse.csr_array((np.ones(len(cells)), np.divmod(cells, shape[1])), shape=shape)
    common = sparse.triu(labelled @ labelled.T, k=1).tocoo()
    return common.row.astype(np.int64), common.col.astype(np.int64), common.data


def cells_at(matrix: sparse.csr_array, rows: Ints, columns: Ints) -> Floats:
    """Return the cells at the given places, shape (places,)."""
    if not len(rows):  # an empty index gives an empty sparse array back
        return np.zeros(0)
    ordered = sparse.csr_array(matrix)
    ordered.sum_duplicates()  # puts the columns in order: else each look-up scans its row
    return np.asarray(ordered[rows, columns]).ravel()


def fleiss_kappa(counts: Floats) -> float | None:
    """Return Fleiss' κ (1971) from counts of shape (items, values).

    Fleiss assumes equally many labels per item. Otherwise every item with two labels or more counts
    the same for the agreement seen, and every label of these for the agreement by chance.
    """
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return None
    totals = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (totals * (totals - 1))
    by_chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return None if by_chance == 1 else (float(agreeing.mean()) - by_chance) / (1 - by_chance)


def krippendorff_alpha(
    counts: Floats, level: Level = "nominal", values: Sequence[float] | None = None
) -> float | None:
    """Return Krippendorff's α (Content Analysis, 2004, ch. 11) from counts of shape (items, values).

    Items with fewer than two labels are left out; several labels by one person on one item count as
    so many labels. The values are in ascending order for `ordinal`; `interval` takes them from
    `values`, by default 0, 1, 2, …
    """
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return None
    totals = counts.sum(axis=1, keepdims=True)
    weighted = counts / (totals - 1)
    seen = weighted.T @ counts - np.diag(weighted.sum(axis=0))
    shares = counts.sum(axis=0)
    by_chance = (np.outer(shares, shares) - np.diag(shares)) / (shares.sum() - 1)
    distances = _distances(level, shares, values)
    expected = float((by_chance * distances).sum())
    return None if expected == 0 else 1 - float((seen * distances).sum()) / expected


def _distances(level: Level, shares: Floats, values: Sequence[float] | None) -> Floats:
    """Return the squared differences of α's metric, shape (values, values)."""
    if level == "nominal":
        return 1 - np.eye(len(shares))
    if level == "ordinal":  # ranks with ties at their middle: Krippendorff's sum of n_g between
        middles = np.cumsum(shares) - shares / 2
        return np.subtract.outer(middles, middles) ** 2
    points = np.arange(len(shares)) if values is None else np.asarray(values, dtype=np.float64)
    return np.subtract.outer(points, points) ** 2.0


def _votes(table: LabelTable) -> list[sparse.csr_array]:
    """Return one matrix per value: each annotator's share of it on each item."""
    shape = (len(table.annotators), len(table.items))
    cell = table.annotator * shape[1] + table.item
    _, position, repeats = np.unique(cell, return_inverse=True, return_counts=True)
    weight = 1 / repeats[position]
    return [
        sparse.csr_array((weight[at], (table.annotator[at], table.item[at])), shape=shape)
        for at in (table.label == value for value in range(len(table.values)))
    ]


def chance_agreement(tables: Floats) -> Floats:
    """Return the agreement that the margins of tables (…, values, values) give by chance."""
    total = np.maximum(tables.sum(axis=(-2, -1)), 1e-12)
    return np.asarray((tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1) / total**2)


def _kappas(tables: Floats) -> Floats:
    """Return Cohen's κ of contingency tables (…, values, values), NaN where it is not defined."""
    total = tables.sum(axis=(-2, -1))
    seen = np.trace(tables, axis1=-2, axis2=-1) / np.maximum(total, 1e-12)
    return np.where(total > 0, _kappa(seen, chance_agreement(tables)), np.nan)


def _kappa(seen: Floats, by_chance: Floats) -> Floats:
    """Return (seen − chance) / (1 − chance), NaN where chance alone agrees always."""
    is_defined = by_chance < 1 - 1e-12
    return np.where(is_defined, (seen - by_chance) / np.where(is_defined, 1 - by_chance, 1), np.nan)
