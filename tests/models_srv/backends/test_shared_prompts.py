"""Samples of one prompt share its prefill, and are what they would be without."""

import pytest

from models_srv.backends.local import LocalBackend
from models_srv.types import Message, ModelSpec, Sampling

ONE = [Message("user", "Tom has 3 apples.")]
OTHER = [Message("user", "How many apples does Tom have now?")]
SAMPLING = Sampling(max_tokens=12, seed=5)


@pytest.fixture(scope="module")
def backend(tiny_model):
    return LocalBackend(ModelSpec("transformers", str(tiny_model)))


@pytest.fixture
def read(backend, monkeypatch):
    """The shapes of what the model reads, call by call."""
    shapes = []
    forward = backend.model.forward

    def noted(*args, **kwargs):
        shapes.append(tuple(kwargs["input_ids"].shape))
        return forward(*args, **kwargs)

    monkeypatch.setattr(backend.model, "forward", noted)
    return shapes


def test_a_prompt_is_read_once_for_all_its_samples(backend, read):
    length = len(backend._prompt_ids(ONE))
    backend.generate([ONE] * 5, SAMPLING)
    assert read[0] == (1, length)
    assert read[1] == (5, 1)


def test_each_prompt_is_read_once_in_whatever_order_its_samples_come(backend, read):
    backend.generate([ONE, OTHER, ONE, OTHER, OTHER], SAMPLING)
    assert read[0][0] == 2
    assert read[1] == (5, 1)


def test_samples_are_those_of_prompts_that_are_read_one_by_one(backend):
    conversations = [ONE, OTHER, ONE, OTHER, OTHER]
    shared = backend.generate(conversations, SAMPLING)
    prompts = [backend._prompt_ids(each) for each in conversations]
    uniforms = uniforms_of(SAMPLING, len(conversations))
    for row, generation in enumerate(shared):
        [alone] = backend._decode_batch([prompts[row]], uniforms[[row]], SAMPLING)
        ids = alone.ids[:-1] if alone.has_stopped else alone.ids
        assert backend._decode(ids, skip_special_tokens=True) == generation.text
        assert sum(alone.logprobs) == pytest.approx(generation.logprob, abs=1e-3)


def uniforms_of(sampling, rows):
    """The random numbers of a call, as they have been since the first version."""
    import torch

    generator = torch.Generator().manual_seed(sampling.seed)
    return torch.rand(rows, sampling.max_tokens, generator=generator)


def test_two_prompts_of_one_length_keep_their_samples_apart(backend):
    pair = [[Message("user", "7")], [Message("user", "8")]]
    assert len({len(backend._prompt_ids(each)) for each in pair}) == 1
    greedy = Sampling(temperature=0, max_tokens=6)
    alone = [backend.generate([each], greedy)[0].logprob for each in pair]
    both = [g.logprob for g in backend.generate([*pair, *pair], greedy)]
    assert both == pytest.approx(alone * 2, abs=1e-3)
