"""Annotators' confusions and items' true values together, by expectation maximisation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from oversight.statistics.labels import Floats, Ints, LabelTable

SMALLEST = 1e-300
# Labels of the whole crowd, for each true value, that an annotator's own are mixed with.
CROWD_LABELS = (0.0, 1.0, 3.0, 10.0, 30.0)
DEFAULT_SMOOTHING = 0.01
HELD_OUT = 0.2
FEWEST_HELD_OUT = 20
MARGIN = 1.0  # of the log-likelihood of all labels held out, in nats


@dataclass(frozen=True)
class DawidSkene:
    """`posterior` (items, values): P(true value | labels). `prior` (values,): how common each is.

    `confusion` (annotators, true values, given values) has rows that sum to 1.
    `log_likelihoods` has one entry per iteration and never falls; with smoothing it is the
    penalised one, log-likelihood + log Dirichlet prior up to a constant.
    """

    posterior: Floats
    prior: Floats
    confusion: Floats
    log_likelihoods: Sequence[float]
    is_converged: bool


def fit_dawid_skene(
    table: LabelTable,
    *,
    smoothing: float | Floats = DEFAULT_SMOOTHING,
    max_iterations: int = 500,
    tolerance: float = 1e-7,
) -> DawidSkene:
    """Fit Dawid and Skene (1979), starting from each item's vote shares.

    `smoothing`, one number or (true values, given values), is added to every confusion: a
    Dirichlet(1 + smoothing) prior, so that a value never given by an annotator is unlikely rather
    than impossible. Stops when the
    log-likelihood per label rises by less than `tolerance`.
    """
    if not len(table):
        raise ValueError("no labels")
    given = _given(table)
    counts = table.counts()
    posterior = counts / counts.sum(axis=1, keepdims=True)
    trace: list[float] = []
    for _ in range(max_iterations):
        prior, confusion = posterior.mean(axis=0), _confusion(given, posterior, smoothing)
        posterior, log_likelihood = _expect(given, prior, confusion)
        trace.append(log_likelihood + float((smoothing * _log(confusion)).sum()))
        if len(trace) > 1 and trace[-1] - trace[-2] < tolerance * len(table):
            return DawidSkene(posterior, prior, confusion, trace, True)
    return DawidSkene(posterior, prior, confusion, trace, False)


def crowd_smoothing(table: LabelTable, labels: float) -> Floats:
    """Return smoothing (true values, given values) towards the confusion of all annotators taken for
    one, as if each had given `labels` labels so on each true value: who labelled little is taken
    for a usual annotator rather than for one that says anything as soon as anything else."""
    everybody = np.zeros_like(table.annotator)
    one = LabelTable(table.items, ["everybody"], table.values, table.item, everybody, table.label)
    crowd = fit_dawid_skene(one, max_iterations=50).confusion[0]
    return np.asarray(DEFAULT_SMOOTHING + labels * crowd)


def choose_crowd_labels(table: LabelTable, *, seed: int = 0) -> float | None:
    """Return the one of CROWD_LABELS under which labels that were held out are likeliest.

    A fifth of the labels is held out, at random, of items that keep at least one. Where several are as
    good (within MARGIN) the least is taken. None where there are too few labels to tell.
    """
    order = np.random.default_rng(seed).permutation(len(table))
    _, first = np.unique(table.item[order], return_index=True)
    out = np.delete(order, first)[: round(HELD_OUT * len(table))]
    if len(out) < FEWEST_HELD_OUT:
        return None
    kept = table.without(out)
    likelihoods = [_held_out_likelihood(table, kept, out, labels) for labels in CROWD_LABELS]
    return CROWD_LABELS[int(np.argmax(np.array(likelihoods) >= max(likelihoods) - MARGIN))]


def _held_out_likelihood(table: LabelTable, kept: LabelTable, out: Ints, labels: float) -> float:
    smoothing = crowd_smoothing(kept, labels)
    fit = fit_dawid_skene(kept, smoothing=smoothing, max_iterations=200, tolerance=1e-5)
    given = fit.confusion[table.annotator[out], :, table.label[out]]
    return float(_log((fit.posterior[table.item[out]] * given).sum(axis=1)).sum())


def _given(table: LabelTable) -> sparse.csr_array:
    """Return how often each annotator gave each item each value, (items, annotators · values)."""
    shape = (len(table.items), len(table.annotators) * len(table.values))
    column = table.annotator * len(table.values) + table.label
    return sparse.csr_array((np.ones(len(table)), (table.item, column)), shape=shape)


def _confusion(given: sparse.csr_array, posterior: Floats, smoothing: float | Floats) -> Floats:
    """Return the most probable confusions given the items' posterior (the M-step)."""
    values = posterior.shape[1]
    smoothed = (given.T @ posterior).reshape(-1, values, values).swapaxes(1, 2) + smoothing
    totals = smoothed.sum(axis=2, keepdims=True)
    # Without smoothing a true value that an annotator never met leaves a row of (almost) nothing.
    is_met = totals > SMALLEST
    return np.asarray(np.where(is_met, smoothed, 1.0) / np.where(is_met, totals, values))


def _expect(given: sparse.csr_array, prior: Floats, confusion: Floats) -> tuple[Floats, float]:
    """Return the items' posterior and the log-likelihood of all labels (the E-step)."""
    joint = given @ _log(confusion).swapaxes(1, 2).reshape(-1, len(prior)) + _log(prior)
    top = joint.max(axis=1, keepdims=True)
    scaled = np.exp(joint - top)
    total = scaled.sum(axis=1, keepdims=True)
    return scaled / total, float((np.log(total) + top).sum())


def _log(probabilities: Floats) -> Floats:
    return np.log(np.maximum(probabilities, SMALLEST))
