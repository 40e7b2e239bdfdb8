import csv
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from oversight.statistics.labels import LabelTable, encode_labels
from oversight.trust.policies.annotators.agreement import pairwise_kappa
from oversight.trust.policies.annotators.annotator_checks import (
    correlated_errors,
    suspicious_pairs,
    tail_beyond,
)
from oversight.trust.policies.annotators.dawid_skene import fit_dawid_skene
from oversight.trust.policies.annotators.shared_errors import Marks, shared_errors

pytestmark = pytest.mark.fault("agreement")
BLUEBIRDS = Path(__file__).resolve().parents[5].parent / "shared/data/bluebirds"
needs_data = pytest.mark.skipif(not BLUEBIRDS.exists(), reason=f"no real data at {BLUEBIRDS}")

Drawn = tuple[LabelTable, np.ndarray]
Draw = Callable[..., Drawn]


def bluebirds(seed: int, copied: float = 0.0) -> Drawn:
    """The real design, true values and annotators' error rates; labels drawn independently, but for
    the share that the second annotator copies from the first."""
    with (BLUEBIRDS / "labels.csv").open() as stream:
        design = encode_labels(tuple(row.values()) for row in csv.DictReader(stream))
    with (BLUEBIRDS / "gold.csv").open() as stream:
        truth = design.gold_codes({r["item"]: r["label"] for r in csv.DictReader(stream)})
    error = np.zeros((len(design.annotators), 2))
    for value in (0, 1):
        at = truth[design.item] == value
        who, wrong = design.annotator[at], design.label[at] != value
        error[:, value] = np.bincount(who, wrong) / np.bincount(who)
    rng = np.random.default_rng(seed)
    wrong = rng.random((len(error), len(truth))) < error[:, truth]
    wrong[1] = np.where(rng.random(len(truth)) < copied, wrong[0], wrong[1])
    label = np.where(wrong, 1 - truth, truth)[design.annotator, design.item]
    columns = (design.items, design.annotators, design.values, design.item, design.annotator)
    return LabelTable(*columns, label), truth


def drawn(
    seed: int,
    copied: float = 0.0,
    *,
    items: int = 800,
    annotators: int = 40,
    per_item: int = 5,
    classes: int = 3,
    difficulty: float = 0.0,
) -> Drawn:
    """Unequally busy annotators 0, 1, …; `difficulty` is the spread of the items' log-odds of error."""
    rng = np.random.default_rng(seed)
    activity = 1 / np.arange(1, annotators + 1) ** 0.8
    keys = np.log(rng.random((items, annotators))) / activity
    who = np.argsort(-keys, axis=1)[:, :per_item]
    truth = rng.integers(0, classes, items)
    odds = rng.normal(-1.2, 0.8, annotators)[:, None] + difficulty * rng.normal(size=items)
    slip = np.where(rng.random(odds.shape) < 1 / (1 + np.exp(-odds)), 1, 0)
    label = (truth + slip * rng.integers(1, classes, odds.shape)) % classes
    label[1] = np.where(rng.random(items) < copied, label[0], label[1])
    names = [[str(at) for at in range(size)] for size in (items, annotators, classes)]
    item = np.repeat(np.arange(items), per_item)
    return LabelTable(*names, item, who.ravel(), label[who.ravel(), item]), truth


def sparse(seed: int, copied: float = 0.0) -> Drawn:
    return drawn(seed, copied, items=300, annotators=20, per_item=3)


def hard_items(seed: int, copied: float = 0.0) -> Drawn:
    return drawn(seed, copied, difficulty=1.5)


def two_classes(seed: int, copied: float = 0.0) -> Drawn:
    return drawn(seed, copied, items=400, annotators=15, per_item=8, classes=2, difficulty=1.0)


DESIGNS = [pytest.param(bluebirds, marks=needs_data), drawn, sparse, hard_items, two_classes]


@pytest.mark.parametrize("draw", DESIGNS)
def test_independent_errors_are_not_called_correlated(draw: Draw) -> None:
    draws = 20
    assert sum(bool(correlated_errors(*draw(seed))) for seed in range(draws)) <= 0.05 * draws


@pytest.mark.parametrize("draw", DESIGNS)
def test_independent_labels_without_gold_give_no_warning(draw: Draw) -> None:
    draws, fired = 20, 0
    for seed in range(draws):
        table, _ = draw(seed)
        fired += bool(suspicious_pairs(table, fit_dawid_skene(table), pairwise_kappa(table)))
    assert fired <= 0.05 * draws


@pytest.mark.parametrize(
    ("draw", "copied"),
    [
        pytest.param(bluebirds, 0.9, marks=needs_data),
        (drawn, 0.5),
        (hard_items, 0.6),
        (two_classes, 0.6),
    ],
)
def test_copies_are_found(draw: Draw, copied: float) -> None:
    found = [correlated_errors(*draw(seed, copied)) for seed in range(5)]
    assert sum((0, 1) in [pair[:2] for pair in pairs] for pairs in found) >= 4


def test_one_error_in_common_is_no_pattern() -> None:
    rows = [(str(i), who, "2") for i in range(3) for who in "abc"]
    table = encode_labels([*rows[:-2], ("2", "b", "1"), ("2", "c", "1")])
    assert correlated_errors(table, table.gold_codes({"0": "2", "1": "2", "2": "2"})) == []
    many = encode_labels(
        [(str(i), who, "1" if i == 7 and who in "bc" else "2") for i in range(200) for who in "abc"]
    )
    assert correlated_errors(many, many.gold_codes({str(i): "2" for i in range(200)})) == []


def test_the_chance_of_shared_errors_is_that_of_all_ways_to_err() -> None:
    """Two of five labels of each item are wrong; everybody errs equally often: 1 in 10 each way."""
    ways = list(combinations(range(5), 2)) * 3
    wrong = np.array([[who in way for who in range(5)] for way in ways])
    item, annotator = np.indices(wrong.shape)
    marks = Marks(annotator.ravel(), item.ravel(), np.zeros(wrong.size, int), wrong.ravel())
    found = shared_errors(marks, 5)
    assert len(found.both) == 10
    assert found.both == pytest.approx(3)
    assert found.mean == pytest.approx(3, abs=1e-3)
    assert (found.variance < 30 * 0.1 * 0.9).all()


def test_many_labels_of_an_item_are_as_good_as_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    table, truth = drawn(0, items=60, annotators=70, per_item=70)
    marks = Marks(table.annotator, table.item, truth[table.item], table.label != truth[table.item])
    quick = shared_errors(marks, 70)
    monkeypatch.setattr("oversight.trust.policies.annotators.shared_errors.MANY", 100)
    exact = shared_errors(marks, 70)
    assert quick.mean == pytest.approx(exact.mean, abs=0.02)
    assert quick.variance == pytest.approx(exact.variance, abs=0.02)


def test_the_tail_is_the_binomials() -> None:
    tail = tail_beyond(np.array([3.0]), np.array([2.0]), np.array([2.0 * 0.8]))
    assert tail == pytest.approx([1 - sum([0.107374, 0.268435, 0.301990])], abs=1e-5)
    none_possible = tail_beyond(np.array([2.0]), np.array([-0.2]), np.array([0.1]))
    assert 0.001 < none_possible[0] < 0.1
