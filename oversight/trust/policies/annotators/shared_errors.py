"""Do two annotators err on the same items more often than difficult items alone would make them?

Errors are taken for a Rasch model: the odds that annotator a errs on item i are w(a, true value) · d(i).
Given how many of its labels are wrong an item's difficulty d drops out, so that it need not be
known: which of its annotators were the ones to err depends on their w alone (Rasch, 1960; Ponocny,
*Nonparametric goodness-of-fit tests for the Rasch model*, 2001). Their chances are computed exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oversight.statistics.labels import Bools, Floats, Ints

Complexes = NDArray[np.complex128]

ROUNDS = 100
TOLERANCE = 0.02  # of the errors expected, in errors
RIDGE = 1e-6
BATCH = 2_000_000  # complex numbers held at once
BISECTIONS = 30
MANY = 64  # labels of one item from which on an expansion is as good as the exact chances
PSEUDO_ERRORS = 0.5  # for and against: keeps the odds of who never or always errs finite


@dataclass(frozen=True)
class Marks:
    """Labels whose truth is known, one entry each: who, on which item, of which true value, wrong."""

    annotator: Ints
    item: Ints
    truth: Ints
    is_wrong: Bools


@dataclass(frozen=True)
class SharedErrors:
    """One entry per pair of annotators with an item where some err and some do not. `first` and
    `second` are annotators, `both` the errors that they share, `most` those that they could share;
    `mean` and `variance` are those of `both` given every item's errors and every annotator's."""

    first: Ints
    second: Ints
    both: Floats
    most: Floats
    mean: Floats
    variance: Floats


def shared_errors(marks: Marks, annotators: int) -> SharedErrors:
    """Return how many errors each pair shares, and how many it would if they were independent.

    Items where nobody errs, or everybody, say nothing of who errs with whom and are left out.
    """
    groups = list(_groups(marks))
    strengths = _fit_strengths(marks, groups)
    values = int(marks.truth.max(initial=0)) + 1
    parts = [_pair_sums(marks, group, strengths, annotators, values) for group in groups]
    codes = np.concatenate([code for code, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
    sums = np.concatenate([each for _, each in parts]) if parts else np.zeros((0, 12))
    strata, at = np.unique(codes, return_inverse=True)
    both, mean, variance, wrong = _given_margins(_summed(sums, at, len(strata)))
    pairs, at = np.unique(strata // values, return_inverse=True)
    columns = np.column_stack([both, mean, variance, wrong])
    both, mean, variance, wrong_first, wrong_second = _summed(columns, at, len(pairs)).T
    first, second = np.divmod(pairs, annotators)
    fewer = np.minimum(wrong_first, wrong_second)
    return SharedErrors(first, second, both, fewer, mean, variance)


def _summed(columns: Floats, at: Ints, size: int) -> Floats:
    """Return the sums of the rows with equal `at`, shape (size, columns)."""
    each = [np.bincount(at, column, minlength=size) for column in columns.T]
    return np.column_stack(each).astype(np.float64)


def _groups(marks: Marks) -> Iterator[Ints]:
    """Yield marks by item, in batches of items with equally many: positions, (items, labels)."""
    order = np.lexsort((marks.annotator, marks.item))
    _, begin, sizes = np.unique(marks.item[order], return_index=True, return_counts=True)
    errors = np.add.reduceat(marks.is_wrong[order].astype(int), begin) if len(begin) else begin
    for size in np.unique(sizes):
        chosen = begin[(sizes == size) & (errors > 0) & (errors < size)]
        step = max(1, BATCH // int(size * (size + 2)))
        for at in range(0, len(chosen), step):
            yield order[chosen[at : at + step, None] + np.arange(size)]


def _fit_strengths(marks: Marks, groups: list[Ints]) -> Floats:
    """Return each mark's log w, (marks,), by which as many errors are expected of each annotator and
    true value as were made (conditional maximum likelihood, by iterative scaling)."""
    values = int(marks.truth.max(initial=0)) + 1
    row = marks.annotator * values + marks.truth
    telling = np.concatenate([group.ravel() for group in groups]) if groups else np.zeros(0, int)
    size = int(row.max(initial=0)) + 1
    labels = np.bincount(row[telling], minlength=size)
    made = np.bincount(row[telling], marks.is_wrong[telling], minlength=size).astype(np.float64)
    logs = np.zeros(size)
    for _ in range(ROUNDS):
        expected = np.zeros(size)
        for group in groups:
            chance = _alone(logs[row[group]], marks.is_wrong[group].sum(axis=1))
            expected += np.bincount(row[group].ravel(), chance.ravel(), minlength=size)
        ratio = _odds(made, labels) / _odds(expected, labels)
        logs = logs + np.log(ratio)
        if np.abs(made - expected).max(initial=0) < TOLERANCE:
            break
    fitted: Floats = logs[row]
    return fitted


def _odds(errors: Floats, labels: Ints) -> Floats:
    return np.asarray((errors + PSEUDO_ERRORS) / (labels - errors + PSEUDO_ERRORS))


def _pair_sums(
    marks: Marks, group: Ints, strengths: Floats, annotators: int, values: int
) -> tuple[Ints, Floats]:
    """Return for each pair and true value its code and the sums over items that `_given_margins`
    takes, (pairs, 12)."""
    wrong = marks.is_wrong[group]
    alone, joint = _alone_and_joint(strengths[group], wrong.sum(axis=1))
    first, second = np.triu_indices(group.shape[1], k=1)
    who = marks.annotator[group]
    code = (who[:, first] * annotators + who[:, second]) * values + marks.truth[group[:, :1]]
    a, b, both = alone[:, first], alone[:, second], joint[:, first, second]
    each = [
        wrong[:, first] & wrong[:, second], wrong[:, first], wrong[:, second],
        both, both * (1 - both), both * (1 - a), both * (1 - b),
        wrong[:, first] - a, wrong[:, second] - b,
        a * (1 - a), b * (1 - b), both - a * b,
    ]  # fmt: skip
    codes, at = np.unique(code, return_inverse=True)
    return codes, _summed(np.stack([x.ravel() for x in each], axis=1), at.ravel(), len(codes))


def _given_margins(sums: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return shared errors, their mean and variance given how many errors each of the pair made, and
    those (…, 2). A linear regression of the shared errors on the two counts, as under normality."""
    both, wrong = sums[:, 0], sums[:, 1:3]
    mean, variance, slope, surplus = sums[:, 3], sums[:, 4], sums[:, 5:7], sums[:, 7:9]
    spread = np.empty((len(sums), 2, 2))
    spread[:, 0, 0], spread[:, 1, 1] = sums[:, 9] + RIDGE, sums[:, 10] + RIDGE
    spread[:, 0, 1] = spread[:, 1, 0] = sums[:, 11]
    weight = np.linalg.solve(spread, slope[:, :, None])[:, :, 0]
    mean = mean + (weight * surplus).sum(axis=1)
    return both, mean, variance - (weight * slope).sum(axis=1), wrong


def _alone(logs: Floats, errors: Ints) -> Floats:
    """Return P(each event), (items, labels), given that `errors` (items,) of independent ones with
    odds exp(`logs`) (items, labels) happen."""
    if logs.shape[1] > MANY:
        return _tilted(logs, errors)
    return np.asarray(_transforms(logs, errors)[1].sum(axis=2).real)


def _alone_and_joint(logs: Floats, errors: Ints) -> tuple[Floats, Floats]:
    """Return P(each event), likewise, and P(both), (items, labels, labels), of two different ones."""
    if logs.shape[1] > MANY:
        p = _tilted(logs, errors)
        spread = p * (1 - p)  # Hájek (1964), to the order of 1 / events
        shared = spread[:, :, None] * spread[:, None] / spread.sum(axis=1)[:, None, None]
        return p, p[:, :, None] * p[:, None] - shared
    share, weighted = _transforms(logs, errors)
    return weighted.sum(axis=2).real, (weighted @ share.swapaxes(1, 2)).real


def _transforms(logs: Floats, errors: Ints) -> tuple[Complexes, Complexes]:
    """Return two arrays (items, labels, points) from which those chances follow exactly.

    By the Fourier transform of the distribution of the events' sum, on more points than it has
    values. The odds are first scaled to expect `errors`, which alters no chance and spares digits.
    """
    p = _tilted(logs, errors)
    points = logs.shape[1] + 1 + logs.shape[1] % 2  # odd: at −1 an even event has no transform
    turn = np.exp(2j * np.pi * np.arange(points) / points)
    factor = 1 - p[:, :, None] * (1 - turn)
    share = p[:, :, None] * turn / factor
    weight = factor.prod(axis=1) * turn ** -errors[:, None]
    weight = weight / weight.sum(axis=1).real[:, None]
    return share, share * weight[:, None, :]


def _tilted(logs: Floats, errors: Ints) -> Floats:
    """Return σ(logs + shift), each item's shift such that they sum to its errors."""
    shift = np.zeros((len(logs), 1))
    low, high = -logs.max(axis=1, keepdims=True) - 40, -logs.min(axis=1, keepdims=True) + 40
    for _ in range(BISECTIONS):
        shift = (low + high) / 2
        p = 1 / (1 + np.exp(-(logs + shift)))
        is_more = p.sum(axis=1, keepdims=True) > errors[:, None]
        low, high = np.where(is_more, low, shift), np.where(is_more, shift, high)
    return np.asarray(1 / (1 + np.exp(-(logs + shift))))
