"""What a server says of the canary proves the version's own weights, or it proves nothing."""

from random import Random

import pytest

from models_srv.serving.canary import CanaryText, canary_of, canary_to_json, most_changed
from models_srv.serving.proof import judge_delivery, judge_without_weights

RNG = Random(3)
BASE = [-2.0 + RNG.gauss(0, 1) * 0.5 - 1 for _ in range(200)]


def moved(values, size, seed):
    rng = Random(seed)
    return [value + rng.gauss(0, size) for value in values]


def noisy(values, size=0.02):
    return moved(values, size, seed=11)


TRAINED, BEFORE = moved(BASE, 0.3, seed=5), moved(BASE, 0.2, seed=6)
TEXT = CanaryText(tuple(range(210)), 10, tuple(TRAINED), {"base": BASE, "before": BEFORE})


@pytest.mark.parametrize(
    ("served", "words"),
    [
        pytest.param(TRAINED, "", id="exact"),
        pytest.param(noisy(TRAINED), "", id="other-arithmetic"),
        pytest.param(BASE, "answers with the base", id="the-silent-failure"),
        pytest.param(noisy(BASE), "answers with the base", id="silently-with-noise"),
        pytest.param(BEFORE, "answers with the version that it was trained from", id="the-old-one"),
        pytest.param(moved(BASE, 0.3, seed=9), "nats a token away", id="other-weights"),
        pytest.param(
            [(a + b) / 2 for a, b in zip(TRAINED, BASE, strict=True)],
            "50 % is there",
            id="half-of-it",
        ),
        pytest.param(TRAINED[:-1], "no probabilities", id="too-few"),
        pytest.param([*TRAINED[:-1], float("nan")], "no numbers", id="nan"),
    ],
)
def test_only_the_trained_weights_prove_it(served, words):
    proof = judge_delivery([TEXT], [tuple(served)])
    assert proof.is_proven == (words == "")
    assert words in proof.reason


def test_a_small_update_is_seen_through_the_noise():
    small = moved(BASE, 0.03, seed=7)
    text = CanaryText(TEXT.ids, 10, tuple(small), {"base": tuple(BASE)})
    assert judge_delivery([text], [tuple(noisy(small, 0.005))]).is_proven
    proof = judge_delivery([text], [tuple(noisy(BASE, 0.005))])
    assert "answers with the base" in proof.reason


def test_an_update_smaller_than_the_noise_proves_nothing():
    text = CanaryText(TEXT.ids, 10, tuple(moved(BASE, 0.001, seed=7)), {"base": tuple(BASE)})
    assert "too small to be told" in judge_delivery([text], [tuple(noisy(BASE))]).reason


def test_no_update_at_all_proves_nothing():
    text = CanaryText(TEXT.ids, 10, tuple(BASE), {"base": tuple(BASE)})
    assert "too small to be told" in judge_delivery([text], [tuple(BASE)]).reason


def test_no_texts_prove_nothing():
    assert not judge_delivery([], []).is_proven


def test_without_weights_it_has_to_differ_from_its_base():
    assert judge_without_weights([tuple(TRAINED)], [tuple(BASE)]).is_proven
    assert "answers with its base" in judge_without_weights([tuple(BASE)], [tuple(BASE)]).reason
    assert not judge_without_weights([], []).is_proven


def test_a_canary_is_stored_and_read_again():
    short = CanaryText((1, 2, 3), 1, (-0.25, -1.5), {"base": (-0.5, -1.0)})
    assert canary_of(canary_to_json([short])) == [short]
    assert canary_of({}) == []


def test_the_texts_that_changed_most_against_everything_are_kept():
    still = CanaryText((1, 2), 1, (-1.0,), {"base": (-2.0,), "before": (-1.0,)})
    told = CanaryText((1, 3), 1, (-1.0,), {"base": (-1.5,), "before": (-1.5,)})
    assert most_changed([still, told], 1) == [told]
