"""CAPA against values of its authors' code (metrics.CAPA of model-similarity/lm-similarity, 3ac0c64)."""

import numpy as np
import pytest

from oversight.trust.policies.source.capa import Item, beside_the_writer, capa, capa_figure

ONE = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0.25, 0.25, 0.5], [0.6, 0.4], [0.2, 0.8]]
OTHER = [[0.5, 0.4, 0.1], [0.2, 0.6, 0.2], [0.1, 0.1, 0.8], [0.6, 0.2, 0.2], [0.9, 0.1], [0.7, 0.3]]
TRUE = [0, 1, 0, 2, 0, 1]
READ = [
    *((0.9, True, "a"), (0.2, False, "a"), (0.4, True, "b"), (0.1, False, "c")),
    *((0.3, True, "d"), (0.6, False, "e"), (0.05, False, "f"), (0.15, True, "g")),
]


def items(one, other):
    return [Item(a, b, true) for a, b, true in zip(one, other, TRUE, strict=True)]


def chosen(shares):
    return [np.eye(len(each))[int(np.argmax(each))].tolist() for each in shares]


def test_probabilities_of_items_with_two_and_three_options():
    assert capa(items(ONE, OTHER)) == pytest.approx(0.03622047244094482)


def test_choices_are_probabilities_of_0_and_1():
    assert capa(items(chosen(ONE), chosen(OTHER))) == pytest.approx(0.36842105263157887)


def test_a_critic_beside_who_wrote_the_answers():
    assert capa(beside_the_writer(READ)) == pytest.approx(0.32499999999999973)
    decided = [(float(p >= 0.5), flawed, cluster) for p, flawed, cluster in READ]
    assert capa(beside_the_writer(decided)) == pytest.approx(0.5)


def test_its_ends_are_chance_and_agreeing_always():
    believes_all = [(0.0, flawed, cluster) for _, flawed, cluster in READ]
    assert capa(beside_the_writer(believes_all)) == pytest.approx(1)
    rng = np.random.default_rng(3)
    by_chance = [
        (float(flawed != (rng.random() < 0.2)), bool(flawed), str(n))
        for n, flawed in enumerate(rng.random(20_000) < 0.3)
    ]
    assert capa(beside_the_writer(by_chance)) == pytest.approx(0, abs=0.02)


def test_of_nothing_and_of_two_that_never_err_nothing_can_be_said():
    assert capa([]) is None
    assert capa_figure([Item((1, 0), (1, 0), 0)] * 3) is None


def test_the_interval_holds_the_value_and_narrows_with_more():
    few, many = (
        capa_figure(
            beside_the_writer([(p, f, f"{c}{n}") for n in range(times) for p, f, c in READ])
        )
        for times in (5, 50)
    )
    assert few is not None
    assert many is not None
    assert few.low < few.value < few.high
    assert many.high - many.low < 0.5 * (few.high - few.low)
    assert many.n == 400
