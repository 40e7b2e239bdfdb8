"""Everything that a table of labels says about its annotators, ready for JSON."""

from collections.abc import Iterator, Sequence

import numpy as np

from oversight.statistics.labels import Floats, Ints, LabelTable
from oversight.trust.policies.annotators.agreement import (
    Level,
    PairKappas,
    fleiss_kappa,
    krippendorff_alpha,
    pairwise_kappa,
)
from oversight.trust.policies.annotators.annotator_checks import (
    below_chance,
    correlated_errors,
    others_vote,
    suspicious_pairs,
)
from oversight.trust.policies.annotators.dawid_skene import (
    DEFAULT_SMOOTHING,
    DawidSkene,
    choose_crowd_labels,
    crowd_smoothing,
    fit_dawid_skene,
)

SHOWN_PAIRS = 1000
NAMED = 5
Report = dict[str, object]


def report_agreement(
    table: LabelTable,
    gold: dict[str, str] | None = None,
    *,
    level: Level = "nominal",
    smoothing: float | None = None,
    notes: Sequence[str] = (),
) -> tuple[Report, DawidSkene]:
    """Return the figures of `manage.py agreement` and the model behind them.

    Accuracies are None without gold. `smoothing` None: what it is drawn to is chosen by likelihood.
    `notes` on the labels stand first among the warnings.
    """
    used, fit = _fit(table, smoothing)
    truth = table.gold_codes(gold or {})
    counts, kappas = table.counts(), pairwise_kappa(table)
    majority, modelled = vote_accuracy(counts, truth), vote_accuracy(fit.posterior, truth)
    points = [float(value) for value in table.values] if level == "interval" else None
    report: Report = {
        "items": len(table.items),
        "annotators": len(table.annotators),
        "labels": len(table),
        "majority_accuracy": majority,
        "dawid_skene_accuracy": modelled,
        "dawid_skene_smoothing": used,
        "pairwise_kappa": _shown_kappas(table, kappas),
        "fleiss_kappa": fleiss_kappa(counts),
        "krippendorff_alpha": krippendorff_alpha(counts, level, points),
        "warnings": [
            *notes,
            *_gaps(table, gold or {}),
            *_warnings(table, truth, kappas, fit, majority, modelled),
        ],
        "per_annotator": _per_annotator(table, truth, fit),
    }
    return report, fit


def _fit(table: LabelTable, smoothing: float | None) -> tuple[Report, DawidSkene]:
    """Return how the confusions were smoothed, in words, and the model."""
    if smoothing is not None:
        used: Report = {"per_cell": smoothing, "crowd_labels": 0, "chosen_by": "given"}
        return used, fit_dawid_skene(table, smoothing=smoothing)
    strength = choose_crowd_labels(table)
    used = {
        "per_cell": DEFAULT_SMOOTHING,
        "crowd_labels": strength or 0,
        "chosen_by": "default: too few labels to choose by"
        if strength is None
        else "likelihood of held-out labels",
    }
    return used, fit_dawid_skene(table, smoothing=crowd_smoothing(table, strength or 0))


def posteriors_by_item(
    table: LabelTable, fit: DawidSkene
) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield each item with P(true value | labels) by value."""
    for item, row in zip(table.items, fit.posterior, strict=True):
        yield item, dict(zip(table.values, map(float, row), strict=True))


def vote_accuracy(scores: Floats, truth: Ints) -> float | None:
    """Return the share of items whose highest score is at the true value; a tie counts its share.

    `scores` has shape (items, values), `truth` (items,) with −1 where it is not known.
    """
    known = truth >= 0
    if not known.any():
        return None
    # A true value that nobody gave has a column of its own that never wins.
    padded = np.pad(scores[known], ((0, 0), (0, 1)), constant_values=-1)
    is_top = padded >= padded.max(axis=1, keepdims=True) - 1e-12
    hit = is_top[np.arange(len(padded)), truth[known]] / is_top.sum(axis=1)
    return float(hit.mean())


def _shown_kappas(table: LabelTable, pairs: PairKappas) -> dict[str, float | None]:
    """Return κ by "annotator|annotator", the SHOWN_PAIRS with most items in common."""
    names = table.annotators
    shown = np.argsort(-pairs.common_items, kind="stable")[:SHOWN_PAIRS]
    return {
        f"{names[pairs.first[i]]}|{names[pairs.second[i]]}": (
            None if np.isnan(pairs.kappa[i]) else float(pairs.kappa[i])
        )
        for i in shown
    }


def _per_annotator(table: LabelTable, truth: Ints, fit: DawidSkene) -> dict[str, Report]:
    size = len(table.annotators)
    labels = np.bincount(table.annotator, minlength=size)
    known = truth[table.item] >= 0
    checked = np.bincount(table.annotator[known], minlength=size)
    right = np.bincount(table.annotator, table.label == truth[table.item], minlength=size)
    with_vote = np.bincount(table.annotator, table.label == others_vote(table), minlength=size)
    voted = np.bincount(table.annotator, others_vote(table) >= 0, minlength=size)
    return {
        name: {
            "labels": int(labels[index]),
            "agreement_with_others": _share(with_vote[index], voted[index]),
            "accuracy": _share(right[index], checked[index]),
            "confusion": {
                value: dict(zip(table.values, map(float, row), strict=True))
                for value, row in zip(table.values, fit.confusion[index], strict=True)
            },
        }
        for index, name in enumerate(table.annotators)
    }


def _gaps(table: LabelTable, gold: dict[str, str]) -> Iterator[str]:
    """Say what the labels and the gold cannot tell."""
    if len(table.annotators) == 1:
        yield "one annotator only: agreement cannot be measured"
    elif table.counts().sum(axis=1).max() < 2:
        yield "no item has two labels: agreement cannot be measured"
    items, values = set(table.items), set(table.values)
    if unknown := sorted(gold.keys() - items):
        yield f"gold for {len(unknown)} items that nobody labelled: {_some(unknown)}"
    if foreign := sorted({gold[item] for item in gold.keys() & items} - values):
        yield f"gold has values that nobody gave: {_some(foreign)}"


def _warnings(
    table: LabelTable,
    truth: Ints,
    kappas: PairKappas,
    fit: DawidSkene,
    majority: float | None,
    modelled: float | None,
) -> Iterator[str]:
    has_gold = majority is not None
    against = truth[table.item] if has_gold else others_vote(table)
    if low := below_chance(table, against):
        names = _some([table.annotators[index] for index in low])
        yield f"below chance against {'gold' if has_gold else 'the vote of the others'}: {names}"
    if (
        pairs := correlated_errors(table, truth)
        if has_gold
        else suspicious_pairs(table, fit, kappas)
    ):
        named = [(table.annotators[a], table.annotators[b], value) for a, b, value in pairs]
        names = _some([f"{first} and {second} ({value:.2f})" for first, second, value in named])
        yield (
            f"errors are correlated beyond chance, so Dawid–Skene is too sure of itself: {names}"
            if has_gold
            else "agree far more with each other than with anyone else, by κ (copies, or far better "
            f"than the rest: only gold or audits can tell): {names}"
        )
    if majority is not None and modelled is not None and modelled < majority:
        yield (
            f"Dawid–Skene ({modelled:.3f}) is worse than the majority vote ({majority:.3f}) "
            "against gold: do not take it for the truth"
        )
    if not has_gold:
        yield "no gold: Dawid–Skene's posterior rests on annotators erring independently"
    if len(kappas.first) > SHOWN_PAIRS:
        yield f"pairwise_kappa shows {SHOWN_PAIRS} of {len(kappas.first)} pairs of annotators"
    if not fit.is_converged:
        yield f"Dawid–Skene had not converged after {len(fit.log_likelihoods)} iterations"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
