"""Signs that a consensus of annotators cannot be taken for the truth.

Dawid–Skene assumes that annotators err independently and most of them better than chance. Where
they copy each other, share a bias or mostly err, it can be worse than a vote, and surer of itself.
"""

import math

import numpy as np
from scipy import sparse
from scipy.special import betainc
from scipy.stats import false_discovery_control

from oversight.statistics.intervals import clopper_pearson_upper
from oversight.statistics.labels import Bools, Floats, Ints, LabelTable
from oversight.trust.policies.annotators.agreement import PairKappas, chance_agreement
from oversight.trust.policies.annotators.dawid_skene import DawidSkene
from oversight.trust.policies.annotators.shared_errors import Marks, shared_errors

CONFIDENCE = 0.99
MIN_COMMON_ITEMS = 10
MIN_EXCESS = 0.2
MIN_SHARED = 2  # one error in common is no pattern
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
    """Return the pairs of annotators who err on the same items, and their excess of shared errors:
    0 as many as by chance, 1 as many as they could share.

    `gold` has shape (items,), −1 where the truth is not known. Chance knows how hard each item is
    and how often each annotator errs on each true value (`shared_errors`). Pairs count from
    MIN_EXCESS on, at a false discovery rate of 1 − CONFIDENCE (Benjamini and Hochberg, 1995) over
    all pairs with MIN_COMMON_ITEMS or more.
    """
    marks = _marks(table, gold)
    size = len(table.annotators)
    shared = shared_errors(marks, size)
    excess = (shared.both - shared.mean) / np.maximum(shared.most - shared.mean, 1e-9)
    tested = _tested_pairs(marks, size)
    is_tested = np.isin(shared.first * size + shared.second, tested) & (shared.both >= MIN_SHARED)
    p_values = np.where(is_tested, tail_beyond(shared.both, shared.mean, shared.variance), 1.0)
    found = _discoveries(p_values, len(tested)) & (excess >= MIN_EXCESS)
    order = np.flatnonzero(found)[np.argsort(-excess[found], kind="stable")]
    return [(int(shared.first[i]), int(shared.second[i]), float(excess[i])) for i in order]


def _marks(table: LabelTable, gold: Ints) -> Marks:
    """Return the labels with a known truth, the first of each annotator on each item."""
    at = np.flatnonzero(gold[table.item] >= 0)
    _, once = np.unique(
        table.item[at] * len(table.annotators) + table.annotator[at], return_index=True
    )
    at = at[once]
    truth = gold[table.item[at]]
    return Marks(table.annotator[at], table.item[at], truth, table.label[at] != truth)


def _tested_pairs(marks: Marks, annotators: int) -> Ints:
    items = int(marks.item.max(initial=0)) + 1
    ones = np.ones(len(marks.item))
    known = sparse.csr_array((ones, (marks.annotator, marks.item)), shape=(annotators, items))
    common = sparse.triu(known @ known.T, k=1).tocoo()
    is_tested = common.data >= MIN_COMMON_ITEMS
    return np.asarray((common.row.astype(np.int64) * annotators + common.col)[is_tested])


def tail_beyond(counts: Floats, mean: Floats, variance: Floats) -> Floats:
    """Return P(at least `counts`), each of shape (n,), for sums of unlike independent events.

    By the binomial with the same mean and variance, widened where it could not reach the count.
    """
    variance = np.maximum(variance, 1e-9)
    mean = np.maximum(mean, variance)  # as of any such sum; a regression on few errors may be below
    trials = np.maximum(mean**2 / np.maximum(mean - variance, 1e-9), counts)
    return np.asarray(betainc(counts, trials - counts + 1, np.minimum(mean / trials, 1.0)))


def _discoveries(p_values: Floats, tested: int) -> Bools:
    """Return which p-values are discoveries among `tested`, of which those not given count as 1."""
    padded = np.ones(max(tested, len(p_values), 1))
    padded[: len(p_values)] = p_values
    rates = false_discovery_control(padded)[: len(p_values)]
    return np.asarray(rates <= 1 - CONFIDENCE)


def suspicious_pairs(
    table: LabelTable, fit: DawidSkene, kappas: PairKappas
) -> list[tuple[int, int, float]]:
    """Return pairs that agree far more with each other than either does with anyone else, and κ.

    More than `fit`, by which annotators err independently, makes of each item's other labels, at a
    false discovery rate of 1 − CONFIDENCE. Without gold this cannot tell copies of one error from
    two good annotators among bad ones.
    """
    usable = (kappas.common_items >= MIN_COMMON_ITEMS) & ~np.isnan(kappas.kappa)
    pairs = list(zip(kappas.first[usable], kappas.second[usable], strict=True))
    kappa = kappas.kappa[usable]
    by_annotator: dict[int, list[int]] = {}
    for index, pair in enumerate(pairs):
        for annotator in pair:
            by_annotator.setdefault(annotator, []).append(index)
    standing = []
    for index in np.argsort(-kappa):
        if kappa[index] <= MIN_KAPPA_EXCESS + np.median(kappa):
            break
        elsewhere = [
            [kappa[other] for other in by_annotator[annotator] if other != index]
            for annotator in pairs[index]
        ]
        if all(rest and kappa[index] - np.median(rest) > MIN_KAPPA_EXCESS for rest in elsewhere):
            standing.append(index)
    p_values = np.array([_p_agreement(table, fit, *pairs[index]) for index in standing])
    found = np.flatnonzero(_discoveries(p_values, len(pairs)))
    chosen = [standing[at] for at in found]
    return [(int(pairs[i][0]), int(pairs[i][1]), float(kappa[i])) for i in chosen]


def _p_agreement(table: LabelTable, fit: DawidSkene, first: int, second: int) -> float:
    """Return P(so many of both annotators' items labelled alike) if they err independently."""
    one, other = (_labels_of(table, each) for each in (first, second))
    items = np.intersect1d(one[0], other[0])
    a, b = (each[1][np.searchsorted(each[0], items)] for each in (one, other))
    of_a, of_b = fit.confusion[first], fit.confusion[second]
    # What the others' labels say of each item: the pair's own are divided out of its posterior.
    truth = fit.posterior[items] / np.maximum(of_a[:, a].T * of_b[:, b].T, 1e-12)
    truth = (truth + 1e-12) / (truth + 1e-12).sum(axis=1, keepdims=True)
    alike = truth @ (of_a * of_b).sum(axis=1)
    counts, mean = np.array([float((a == b).sum())]), np.array([alike.sum()])
    return float(tail_beyond(counts, mean, np.array([(alike * (1 - alike)).sum()]))[0])


def _labels_of(table: LabelTable, annotator: int) -> tuple[Ints, Ints]:
    """Return the items that an annotator labelled, ascending, and the first label on each."""
    at = np.flatnonzero(table.annotator == annotator)
    items, first = np.unique(table.item[at], return_index=True)
    return items, table.label[at[first]]
