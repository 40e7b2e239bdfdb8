import numpy as np
import pytest

from models_srv.evaluation import proportion
from oversight.trust.policies.source.alike import alike


@pytest.mark.parametrize(
    ("critic", "learner", "said"),
    [
        pytest.param("/models/a", "/models/a", "the same weights", id="one folder"),
        pytest.param("org/a-7b", "org/b-1b", "the same maker", id="one maker"),
        pytest.param("org/a", "other/a", "", id="others"),
        pytest.param("/models/a", "/models/b", "", id="folders"),
        pytest.param("", "", "", id="not known"),
    ],
)
def test_kin_is_said(critic: str, learner: str, said: str) -> None:
    assert said in " ".join(alike(critic, learner, None, None).warnings)
    assert bool(alike(critic, learner, None, None).warnings) == bool(said)


def test_overlooking_the_learners_own_errors_beyond_chance_is_said() -> None:
    # 90 of 100 against 50 of 100: Newcombe's interval is about 0.28 to 0.51.
    found = alike("a", "b", proportion(50, 100), proportion(90, 100))
    assert found.gap is not None
    assert (found.gap.low, found.gap.high) == pytest.approx((0.28, 0.51), abs=0.01)
    assert "40 of 100 fewer" in found.warnings[0]
    assert not alike("a", "b", proportion(82, 100), proportion(90, 100)).warnings


def test_too_few_errors_say_nothing() -> None:
    assert alike("a", "b", proportion(0, 19), proportion(100, 100)).gap is None


def noise(clusters: int, seed: int) -> list[tuple[float, bool, str]]:
    """What a critic that knows nothing says of 60 answers."""
    rng = np.random.default_rng(seed)
    said = rng.integers(0, 2, 60), rng.random(60)
    return [
        (p, bool(flawed), str(n % clusters))
        for n, (flawed, p) in enumerate(zip(*said, strict=True))
    ]


@pytest.mark.parametrize("clusters", [1, 2, 9])
def test_answers_to_few_kinds_of_question_are_not_warned_of(clusters: int) -> None:
    for seed in range(20):
        found = alike("a", "b", None, None, noise(clusters, seed))
        assert (found.capa, found.warnings) == (None, ())
    kinds = "one kind" if clusters == 1 else f"{clusters} kinds"
    assert f"questions of {kinds} alone" in found.why_not


def test_answers_to_enough_kinds_are_measured() -> None:
    found = alike("a", "b", None, None, noise(10, 0))
    assert found.capa is not None
    assert not found.why_not
