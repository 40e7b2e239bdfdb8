"""Signs that a consensus of annotators cannot be taken for the truth.

Dawid–Skene assumes that annotators err independently and most of them better than chance. Where
they copy each other, share a bias or mostly err, it can be worse than a vote, and surer of itself.
"""

import math

import numpy as np
from scipy import sparse
from scipy.special import ndtri

from oversight.policies.agreement import PairKappas, cells_at, chance_agreement
from oversight.policies.intervals import clopper_pearson_upper
from oversight.policies.labels import Ints, LabelTable

CONFIDENCE = 0.99
MIN_COMMON_ITEMS = 10
MIN_CORRELATION = 0.3
MIN_KAPPA_EXCESS = 0.3


def below_chance(table: LabelTable, truth: Ints) -> list[int]:
    """Return the annotators that agree with `truth` surely less often than by chance.

    `truth` has shape (labels,): what each label is compared with, −1 where nothing is.
    """
    values = len(table.values) + 1  # one more for a true value that nobody gave
    at = truth >= 0
    cell = (table.annotator[at] * values + table.label[at]) * values + truth[at]
    shape = (len(table.annotators), values, values)
    cells = np.bincount(cell, minlength=math.prod(shape)).reshape(shape).astype(np.float64)
    chance = chance_agreement(cells)
    return [
        annotator
        for annotator, (agreeing, total) in enumerate(
            zip(np.trace(cells, axis1=1, axis2=2), cells.sum(axis=(1, 2)), strict=True)
        )
        if total
        and clopper_pearson_upper(int(agreeing), int(total), CONFIDENCE) < chance[annotator]
    ]


def others_vote(table: LabelTable) -> Ints:
    """Return the most frequent value of all the other labels of each label's item, shape (labels,).

    −1 where there is none or a tie.
    """
    counts = table.counts()[table.item]
    counts[np.arange(len(table)), table.label] -= 1
    top = counts.max(axis=1, keepdims=True)
    is_clear = (top[:, 0] > 0) & ((counts == top).sum(axis=1) == 1)
    return np.where(is_clear, counts.argmax(axis=1), -1)


def correlated_errors(table: LabelTable, gold: Ints) -> list[tuple[int, int, float]]:
    """Return the pairs of annotators who err on the same items, and the correlation of their errors.

    `gold` has shape (items,), −1 where the truth is not known. Errors are taken net of each
    annotator's own rate on each true value, since those rates are what Dawid–Skene models. Pairs
    count from MIN_CORRELATION on, and beyond chance at CONFIDENCE over all pairs (Bonferroni).
    """
    residuals, known = _residual_errors(table, gold)
    squares = residuals.multiply(residuals)
    overlap = sparse.triu(known @ known.T, k=1).tocoo()
    common = overlap.data
    first, second = overlap.row[common >= MIN_COMMON_ITEMS], overlap.col[common >= MIN_COMMON_ITEMS]
    common = common[common >= MIN_COMMON_ITEMS]
    products = cells_at(residuals @ residuals.T, first, second)
    spread = cells_at(squares @ known.T, first, second) * cells_at(known @ squares.T, first, second)
    correlation = products / np.sqrt(np.maximum(spread, 1e-12))
    z = np.arctanh(np.clip(correlation, -1 + 1e-9, 1 - 1e-9)) * np.sqrt(common - 3)
    limit = ndtri(1 - (1 - CONFIDENCE) / max(1, len(first)))
    found = np.flatnonzero((z > limit) & (correlation >= MIN_CORRELATION))
    found = found[np.argsort(-correlation[found])]
    return [(int(first[i]), int(second[i]), float(correlation[i])) for i in found]


def suspicious_pairs(kappas: PairKappas) -> list[tuple[int, int, float]]:
    """Return pairs that agree far more with each other than either does with anyone else, and κ.

    Without gold this cannot tell copies of one error from two good annotators among bad ones.
    """
    usable = (kappas.common_items >= MIN_COMMON_ITEMS) & ~np.isnan(kappas.kappa)
    pairs = list(zip(kappas.first[usable], kappas.second[usable], strict=True))
    kappa = kappas.kappa[usable]
    by_annotator: dict[int, list[int]] = {}
    for index, pair in enumerate(pairs):
        for annotator in pair:
            by_annotator.setdefault(annotator, []).append(index)
    found = []
    for index in np.argsort(-kappa):
        if kappa[index] <= MIN_KAPPA_EXCESS + np.median(kappa):
            break
        elsewhere = [
            [kappa[other] for other in by_annotator[annotator] if other != index]
            for annotator in pairs[index]
        ]
        if all(rest and kappa[index] - np.median(rest) > MIN_KAPPA_EXCESS for rest in elsewhere):
            found.append((int(pairs[index][0]), int(pairs[index][1]), float(kappa[index])))
    return found


def _residual_errors(table: LabelTable, gold: Ints) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return errors less the annotator's mean on that true value, and where there is any: two
    matrices of shape (annotators, items)."""
    at = gold[table.item] >= 0
    annotator, item = table.annotator[at], table.item[at]
    truth = gold[item]
    error = (table.label[at] != truth).astype(np.float64)
    group = annotator * (len(table.values) + 1) + truth
    size = len(table.annotators) * (len(table.values) + 1)
    seen = np.bincount(group, minlength=size)
    rate = np.bincount(group, error, minlength=size) / np.maximum(seen, 1)
    shape = (len(table.annotators), len(table.items))
    labels = sparse.csr_array((np.ones(len(item)), (annotator, item)), shape=shape)
    residuals = sparse.csr_array((error - rate[group], (annotator, item)), shape=shape)
    known = labels.copy()
    known.data = np.ones_like(known.data)
    return residuals, known
