import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene as CrowdKitDawidSkene
from hypothesis import given
from hypothesis import strategies as st

from oversight.statistics.labels import LabelTable, encode_labels
from oversight.trust.policies.annotators.agreement_report import vote_accuracy
from oversight.trust.policies.annotators.dawid_skene import (
    choose_crowd_labels,
    crowd_smoothing,
    fit_dawid_skene,
)

Rows = list[tuple[str, str, str]]


def simulate(accuracies: list[float], items: int, seed: int) -> tuple[Rows, np.ndarray]:
    """Binary labels by annotators of given accuracies, and the truth (items,)."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, items)
    rows = [
        (str(item), f"w{who}", str(truth[item] if rng.random() < accuracy else 1 - truth[item]))
        for item in range(items)
        for who, accuracy in enumerate(accuracies)
    ]
    return rows, truth


def table_of(rows: Rows) -> LabelTable:
    return encode_labels(rows)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz"), st.sampled_from("012")),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([0.0, 0.01, 1.0]),
)
def test_the_log_likelihood_never_falls(rows: Rows, smoothing: float) -> None:
    fit = fit_dawid_skene(table_of(rows), smoothing=smoothing, max_iterations=60)
    assert (np.diff(fit.log_likelihoods) >= -1e-8).all()
    assert fit.posterior.sum(axis=1) == pytest.approx(np.ones(len(fit.posterior)))
    assert fit.confusion.sum(axis=2) == pytest.approx(np.ones(fit.confusion.shape[:2]))


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_it_is_crowd_kits() -> None:
    rows, _ = simulate([0.9, 0.8, 0.7, 0.6, 0.75], 300, seed=3)
    fit = fit_dawid_skene(table_of(rows), smoothing=0.0, max_iterations=50, tolerance=1e-12)
    frame = pd.DataFrame(rows, columns=["task", "worker", "label"])
    theirs = CrowdKitDawidSkene(n_iter=50, tol=0).fit_predict_proba(frame)
    theirs = theirs.loc[table_of(rows).items, ["0", "1"]].to_numpy()
    assert fit.posterior == pytest.approx(theirs, abs=1e-9)


def test_it_finds_who_is_how_good() -> None:
    accuracies = [0.95, 0.8, 0.65, 0.7]
    rows, truth = simulate(accuracies, 2000, seed=1)
    table = table_of(rows)
    fit = fit_dawid_skene(table)
    found = fit.confusion.diagonal(axis1=1, axis2=2).mean(axis=1)
    assert found == pytest.approx(accuracies, abs=0.04)
    right = fit.posterior.argmax(axis=1) == truth[[int(item) for item in table.items]]
    assert right.mean() > 0.94


def test_smoothing_keeps_an_unseen_confusion_possible() -> None:
    rows = [("1", "x", "a"), ("1", "y", "a"), ("2", "x", "b"), ("2", "y", "b")]
    assert fit_dawid_skene(table_of(rows), smoothing=0.0).confusion.min() == 0
    assert fit_dawid_skene(table_of(rows), smoothing=0.1).confusion.min() > 0


def crowd_of_few(annotators: int, per_item: int, seed: int) -> tuple[LabelTable, np.ndarray]:
    """3,000 items of four classes by annotators with very unequal numbers of labels, and the truth."""
    rng = np.random.default_rng(seed)
    items, classes = 3000, 4
    activity = rng.permutation(1 / np.arange(1, annotators + 1) ** 0.8)
    keys = np.log(rng.random((items, annotators))) / activity
    who = np.argsort(-keys, axis=1)[:, :per_item]
    truth = rng.integers(0, classes, items)
    is_right = rng.random(who.shape) < rng.beta(4, 2, annotators)[who]
    slip = rng.integers(1, classes, who.shape)
    label = (truth[:, None] + np.where(is_right, 0, slip)) % classes
    names = [[str(at) for at in range(size)] for size in (items, annotators, classes)]
    item = np.repeat(np.arange(items), per_item)
    return LabelTable(*names, item, who.ravel(), label.ravel()), truth


@pytest.mark.fault("agreement")
@pytest.mark.parametrize(("annotators", "per_item", "gain"), [(600, 3, 0.03), (300, 5, 0.003)])
def test_few_labels_per_annotator_are_mixed_with_the_crowds(
    annotators: int, per_item: int, gain: float
) -> None:
    table, truth = crowd_of_few(annotators, per_item, seed=0)
    labels = choose_crowd_labels(table)
    assert labels
    plain = vote_accuracy(fit_dawid_skene(table).posterior, truth)
    mixed = vote_accuracy(
        fit_dawid_skene(table, smoothing=crowd_smoothing(table, labels)).posterior, truth
    )
    majority = vote_accuracy(table.counts(), truth)
    assert plain is not None
    assert mixed is not None
    assert majority is not None
    assert mixed > plain + gain
    assert mixed > majority


def test_many_labels_per_annotator_stand_alone() -> None:
    rows, _ = simulate([0.95, 0.8, 0.6, 0.7], 2000, seed=1)
    assert (choose_crowd_labels(table_of(rows)) or 0) <= 10
    assert choose_crowd_labels(table_of(rows[:40])) is None


def test_the_likelihood_never_falls_with_the_crowds_labels() -> None:
    table = crowd_of_few(50, 2, seed=1)[0]
    fit = fit_dawid_skene(table, smoothing=crowd_smoothing(table, 10), max_iterations=60)
    assert (np.diff(fit.log_likelihoods) >= -1e-8).all()


def test_no_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="no labels"):
        fit_dawid_skene(encode_labels([]))
