import numpy as np
import pytest

from oversight.statistics.labels import LabelTable, encode_labels
from oversight.trust.policies.annotators.agreement_report import report_agreement, vote_accuracy


def crowd(
    accuracies: list[float], *, copies: int = 0, items: int = 400, seed: int = 0
) -> tuple[LabelTable, dict[str, str]]:
    """Annotators w0, w1, …; the last `copies` of them repeat w0's labels with 2 % slips."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, items)
    given = [np.where(rng.random(items) < accuracy, truth, 1 - truth) for accuracy in accuracies]
    given += [np.where(rng.random(items) < 0.98, given[0], 1 - given[0]) for _ in range(copies)]
    rows = [(str(i), f"w{who}", str(row[i])) for who, row in enumerate(given) for i in range(items)]
    return encode_labels(rows), {str(item): str(value) for item, value in enumerate(truth)}


def warnings(table: LabelTable, gold: dict[str, str] | None) -> str:
    found = report_agreement(table, gold)[0]["warnings"]
    assert isinstance(found, list)
    return "\n".join(found)


def test_independent_good_annotators_give_no_warning() -> None:
    table, gold = crowd([0.85, 0.8, 0.75, 0.9])
    assert warnings(table, gold) == ""


def test_copies_are_found_and_worse_than_a_vote_is_said() -> None:
    table, gold = crowd([0.6, 0.8, 0.8, 0.8, 0.8], copies=2)
    report, _ = report_agreement(table, gold)
    assert report["dawid_skene_accuracy"] < report["majority_accuracy"]
    text = warnings(table, gold)
    assert "errors are correlated" in text
    assert "w0 and w5" in text
    assert "do not take it for the truth" in text
    assert "w1 and w2" not in text


def test_copies_are_found_without_gold() -> None:
    table, _ = crowd([0.6, 0.8, 0.8, 0.8, 0.8], copies=1)
    assert "agree far more with each other" in warnings(table, None)
    assert "w0 and w5" in warnings(table, None)


@pytest.mark.parametrize("has_gold", [True, False])
def test_a_source_below_chance_is_named(has_gold: bool) -> None:
    table, gold = crowd([0.85, 0.8, 0.25, 0.9])
    text = warnings(table, gold if has_gold else None)
    assert "below chance" in text
    assert "w2" in text


def test_no_gold_gives_no_accuracy() -> None:
    report, _ = report_agreement(crowd([0.8, 0.8, 0.8])[0])
    assert report["majority_accuracy"] is None
    assert report["dawid_skene_accuracy"] is None


def test_each_annotator_is_described() -> None:
    table, gold = crowd([0.9, 0.8, 0.7])
    person = report_agreement(table, gold)[0]["per_annotator"]["w0"]
    assert person["labels"] == 400
    assert person["accuracy"] == pytest.approx(0.9, abs=0.04)
    assert person["confusion"]["0"]["0"] == pytest.approx(0.9, abs=0.1)


def test_a_tied_vote_counts_its_share() -> None:
    scores = np.array([[1.0, 1.0], [2.0, 0.0], [1.0, 1.0]])
    assert vote_accuracy(scores, np.array([0, 1, -1])) == pytest.approx(0.25)


def test_a_truth_that_nobody_gave_is_an_error_of_all() -> None:
    table = encode_labels([("1", "x", "a"), ("1", "y", "b"), ("2", "x", "a"), ("2", "y", "a")])
    assert report_agreement(table, {"1": "c", "2": "a"})[0]["majority_accuracy"] == 0.5
