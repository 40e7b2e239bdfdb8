"""What is kept of an answer is the answer, whatever a model wrote."""

import pytest

from models_srv.generations import pack, unpack
from models_srv.types import Generation, Sampling, TokenLogprob


@pytest.mark.parametrize(
    "generation",
    [
        Generation("It is 7.", "h"),
        Generation(
            "a\0b \ud800 ünï",
            "h",
            tokens=(TokenLogprob("a", -0.1, {"a": -0.1, "\ud800": -2.5}), TokenLogprob("\0", -3.0)),
            logprob=-3.1,
            finish_reason="length",
            latency_ms=12.5,
            reasoning="<think>\nHm.\n</think>",
            adjustments=("no seed was sent",),
            prompt_tokens=4,
            completion_tokens=2,
            model_said="m",
        ),
        Generation("", "h", finish_reason="error", error="too long"),
    ],
    ids=["plain", "all", "error"],
)
def test_it_comes_back_as_it_was(generation):
    assert unpack(pack(generation)) == generation


def test_alternatives_of_many_tokens_take_little_room():
    top = {f"token {n}": -1.5 - n for n in range(5)}
    tokens = tuple(TokenLogprob("token", -0.25, top) for _ in range(500))
    assert len(pack(Generation("x" * 2000, "h", tokens=tokens))) < 8000


def test_how_to_sample_is_said_by_name():
    """A number in the wrong place is a sampling that no model takes."""
    with pytest.raises(TypeError):
        Sampling(0.0, 512)
    assert Sampling(temperature=0.0, max_tokens=512).top_p == 1.0
