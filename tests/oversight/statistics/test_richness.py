"""How many kinds a sample of a given size holds."""

import random
from statistics import mean

import pytest

from oversight.statistics.richness import rarefied


def test_it_is_the_mean_over_samples_without_replacement():
    counts, n = [30, 10, 5, 1, 1, 1], 80
    draws = [kind for kind, count in enumerate(counts) for _ in range(count)] + [None] * 32
    rng = random.Random(1)
    samples = [len(set(rng.sample(draws, 20)) - {None}) for _ in range(4000)]
    assert rarefied(counts, n, 20).value == pytest.approx(mean(samples), abs=0.05)


def test_all_draws_hold_all_kinds_that_were_seen():
    assert rarefied([3, 2, 1], 6, 6).value == pytest.approx(3)


def test_there_is_no_figure_beyond_the_draws():
    assert rarefied([1], 99, 100) is None
    assert rarefied([], 0, 100) is None


def test_its_interval_holds_another_sample_of_the_same_world():
    rng, kinds = random.Random(2), 60
    covered = 0
    for _ in range(200):
        drawn = [rng.randrange(kinds) for _ in range(300)]
        counts = [drawn.count(kind) for kind in set(drawn)]
        found = rarefied(counts, 300, 100)
        truth = kinds * (1 - (1 - 1 / kinds) ** 100)
        covered += found.low <= truth <= found.high
    assert covered >= 180
