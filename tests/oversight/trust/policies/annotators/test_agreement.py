import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from oversight.statistics.labels import encode_labels
from oversight.trust.policies.annotators.agreement import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    pairwise_kappa,
)

GRADES = [0, 1, 2, 5]


def random_counts(seed: int, labels: int | None = None) -> np.ndarray:
    """Counts of shape (40, 4); with `labels` None items have 0 to 5 labels."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 6, 40) if labels is None else np.full(40, labels)
    return np.stack([rng.multinomial(n, rng.dirichlet(np.ones(4))) for n in sizes]).astype(float)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=60))
def test_cohen_kappa_is_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    first, second = zip(*pairs, strict=True)
    ours = cohen_kappa(first, second)
    if len({*first, *second}) == 1:
        assert ours is None  # one value only: agreement says nothing
    else:
        assert ours == pytest.approx(cohen_kappa_score(first, second))


def test_cohen_kappa_needs_the_same_items() -> None:
    with pytest.raises(ValueError, match="2 labels against 1"):
        cohen_kappa([0, 1], [0])


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_kappa_is_statsmodels(seed: int) -> None:
    counts = random_counts(seed, labels=4)
    assert fleiss_kappa(counts) == pytest.approx(statsmodels_fleiss(counts))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_with_missing_labels_is_the_librarys(seed: int, level: str) -> None:
    counts = random_counts(seed)
    theirs = krippendorff.alpha(
        value_counts=counts.astype(int), value_domain=GRADES, level_of_measurement=level
    )
    assert krippendorff_alpha(counts, level, GRADES) == pytest.approx(theirs)


def test_alpha_of_the_textbook_example() -> None:
    """Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers."""
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    counts = encode_labels(
        (str(item), str(who), str(label))
        for who, row in enumerate(rows)
        for item, label in enumerate(row)
        if label is not None
    ).counts()
    assert krippendorff_alpha(counts) == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(counts, "ordinal") == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_alpha(counts, "interval") == pytest.approx(0.849, abs=5e-4)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from("012")),
        min_size=1,
        max_size=60,
    )
)
def test_repeated_labels_of_one_person_are_allowed(rows: list[tuple[str, str, str]]) -> None:
    table = encode_labels(rows)
    alpha = krippendorff_alpha(table.counts())
    assert alpha is None or alpha <= 1 + 1e-9
    kappas = pairwise_kappa(table).kappa
    assert (np.isnan(kappas) | (kappas <= 1 + 1e-9)).all()


def test_a_pair_that_never_meets_has_no_kappa() -> None:
    table = encode_labels([("1", "x", "a"), ("2", "y", "b")])
    assert len(pairwise_kappa(table).kappa) == 0
    assert krippendorff_alpha(table.counts()) is None
    assert fleiss_kappa(table.counts()) is None


def test_one_value_only_says_nothing() -> None:
    table = encode_labels([("1", "x", "a"), ("1", "y", "a")])
    assert krippendorff_alpha(table.counts()) is None
    assert fleiss_kappa(table.counts()) is None
    assert np.isnan(pairwise_kappa(table).kappa).all()


def test_labels_that_are_numbers_are_in_numeric_order() -> None:
    assert encode_labels([("1", "x", "10"), ("1", "y", "9")]).values == ["9", "10"]
    assert encode_labels([("1", "x", "b"), ("1", "y", "a")]).values == ["a", "b"]


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("xyz")), st.sampled_from("012"),
        min_size=1,
    )
)  # fmt: skip
def test_each_pairs_kappa_is_that_of_their_common_items(labels: dict[tuple[str, str], str]) -> None:
    found = pairwise_kappa(table := encode_labels((i, who, v) for (i, who), v in labels.items()))
    for first, second, kappa in zip(found.first, found.second, found.kappa, strict=True):
        one, other = table.annotators[first], table.annotators[second]
        common = [i for i in table.items if (i, one) in labels and (i, other) in labels]
        expected = cohen_kappa(*([int(labels[i, who]) for i in common] for who in (one, other)))
        assert kappa == pytest.approx(np.nan if expected is None else expected, nan_ok=True)
