"""Figures of variety and of several samples, against worked examples and nltk's where it is there."""

from itertools import combinations

import numpy as np
import pytest

from oversight.statistics.diversity import distinct_2, jackknife_deviation, pass_at_k, self_bleu


def words(*texts):
    return [text.split() for text in texts]


def test_distinct_2_counts_pairs_of_words():
    assert distinct_2(words("a b a b", "a b")) == 2 / 4
    assert distinct_2([["a"], []]) is None


def test_texts_that_are_all_alike_have_a_self_bleu_of_one():
    assert self_bleu(words(*["one two three four five"] * 3)) == pytest.approx([1, 1, 1])


def test_texts_that_share_nothing_have_nearly_none():
    alone = self_bleu(words("a b c d e", "f g h i j"))
    assert max(alone) < 0.05
    assert self_bleu([["a", "b"]]) == [0.0]
    assert self_bleu([[], ["a"]])[0] == 0.0


def test_self_bleu_is_nltks():
    bleu = pytest.importorskip("nltk.translate.bleu_score")
    texts = words(
        "the cat sat on the mat and slept",
        "the cat sat on a chair and slept well",
        "a dog sat on the mat and the cat ran off",
    )
    smooth = bleu.SmoothingFunction(epsilon=0.1).method1
    expected = [
        bleu.sentence_bleu([*texts[:at], *texts[at + 1 :]], text, smoothing_function=smooth)
        for at, text in enumerate(texts)
    ]
    assert self_bleu(texts) == pytest.approx(expected)


@pytest.mark.parametrize(("samples", "right"), [(5, 0), (5, 1), (5, 3), (5, 5), (1, 1)])
def test_pass_at_k_is_the_share_of_all_choices_with_one_that_is_right(samples, right):
    outcomes = [True] * right + [False] * (samples - right)
    for k in range(1, samples + 1):
        chosen = [any(each) for each in combinations(outcomes, k)]
        assert pass_at_k(samples, right, k) == pytest.approx(np.mean(chosen))


@pytest.mark.parametrize("wrong", [(5, 6, 1), (5, 1, 0), (5, 1, 6), (5, -1, 1)])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="samples"):
        pass_at_k(*wrong)


def test_the_jackknifes_deviation_of_a_mean_is_the_usual_one():
    values = np.random.default_rng(1).normal(size=20)
    found = jackknife_deviation(20, lambda kept: float(values[list(kept)].mean()))
    assert found == pytest.approx(values.std(ddof=1) / np.sqrt(20))
    assert jackknife_deviation(1, lambda kept: 1.0) is None
    assert jackknife_deviation(5, lambda kept: None) is None
