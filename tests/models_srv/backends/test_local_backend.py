import math
import shutil
from pathlib import Path

import pytest

from models_srv.backends import load_backend
from models_srv.backends.local import LocalBackend
from models_srv.types import Message, ModelMisconfigured, ModelSpec, Sampling, prompt_hash

CONVERSATIONS = [
    [Message("user", "Tom has 3 apples.")],
    [Message("system", "Be brief."), Message("user", "How many apples? " * 6)],
    [Message("user", "7")],
]
SAMPLING = Sampling(temperature=1.0, max_tokens=12, seed=5)


@pytest.fixture(scope="module")
def backend(tiny_model: Path) -> LocalBackend:
    return LocalBackend(ModelSpec("transformers", str(tiny_model)))


def test_same_batch_and_seed_give_the_same_texts_whatever_ran_before(backend):
    import torch

    first = backend.generate(CONVERSATIONS, SAMPLING)
    torch.manual_seed(99)
    backend.generate(CONVERSATIONS[:1], Sampling(seed=8, max_tokens=3))
    state = torch.random.get_rng_state()
    second = backend.generate(CONVERSATIONS, SAMPLING)
    assert [g.tokens for g in first] == [g.tokens for g in second]
    assert torch.equal(state, torch.random.get_rng_state())


def test_another_seed_gives_other_texts(backend):
    first = backend.generate(CONVERSATIONS, SAMPLING)
    second = backend.generate(CONVERSATIONS, Sampling(max_tokens=12, seed=6))
    assert [g.text for g in first] != [g.text for g in second]


def test_k_samples_of_one_prompt_differ(backend):
    generations = backend.generate([CONVERSATIONS[0]] * 4, SAMPLING)
    assert len({g.text for g in generations}) == 4


def test_a_batch_answers_as_each_conversation_alone(backend):
    """Left padding and the removal of stopped rows change nothing: greedy, row by row."""
    sampling = Sampling(temperature=0, max_tokens=10)
    together = backend.generate(CONVERSATIONS, sampling)
    alone = [backend.generate([conversation], sampling)[0] for conversation in CONVERSATIONS]
    assert [g.text for g in together] == [g.text for g in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.logprob == pytest.approx(other.logprob, abs=1e-3)


def test_rows_go_on_unharmed_when_a_neighbour_stops(backend, monkeypatch):
    """The shortest prompt (the most padded row) stops first, and is taken out of the cache."""
    sampling = Sampling(temperature=0, max_tokens=10)
    free = backend.generate(CONVERSATIONS, sampling)
    prompts = [backend._prompt_ids(conversation) for conversation in CONVERSATIONS]
    lengths = [len(prompt) for prompt in prompts]
    shortest = lengths.index(min(lengths))
    rows = backend._decode_batch(prompts, uniforms_of_zero(3, 10), sampling)
    others = {token for i, row in enumerate(rows) if i != shortest for token in row.ids}
    stop = next(token for token in rows[shortest].ids if token not in others)
    monkeypatch.setattr(backend, "_stop_ids", [stop])
    stopped = backend.generate(CONVERSATIONS, sampling)
    assert stopped[shortest].finish_reason == "stop"
    assert len(stopped[shortest].tokens) < 10
    for i in set(range(3)) - {shortest}:
        assert stopped[i].text == free[i].text
        assert stopped[i].logprob == pytest.approx(free[i].logprob, abs=1e-3)


def uniforms_of_zero(rows, steps):
    import torch

    return torch.zeros(rows, steps)


@pytest.mark.parametrize(
    ("uniform", "top_p", "drawn"),
    [
        pytest.param(0.0, 1.0, 1, id="never-an-impossible-token"),
        pytest.param(0.29, 1.0, 1, id="first-share"),
        pytest.param(0.31, 1.0, 2, id="second-share"),
        pytest.param(0.99999994, 1.0, 3, id="last-share"),
        pytest.param(0.99999994, 0.5, 2, id="the-likeliest-alone"),
        pytest.param(0.7, 0.51, 1, id="the-two-likeliest"),
    ],
)
def test_a_token_is_drawn_in_proportion(uniform, top_p, drawn):
    import torch

    from models_srv.backends.decoding import pick

    scores = torch.tensor([[0.0, 0.3, 0.5, 0.2, 0.0]]).log()
    sampling = Sampling(temperature=1.0, top_p=top_p)
    assert pick(scores, torch.tensor([uniform]), sampling).tolist() == [drawn]


def test_logprobs_are_the_models_own_at_temperature_1(backend):
    """Scored again by one plain forward pass over prompt and answer."""
    import torch

    sampling = Sampling(temperature=0.3, top_p=0.9, max_tokens=8, seed=1)
    prompt = backend._prompt_ids(CONVERSATIONS[0])
    [row] = backend._decode_batch([prompt], torch.rand(1, 8), sampling)
    with torch.no_grad():
        logits = backend.model(torch.tensor([prompt + row.ids])).logits[0]
    scores = logits.log_softmax(-1)[len(prompt) - 1 : -1]
    expected = [scores[i, token].item() for i, token in enumerate(row.ids)]
    assert row.logprobs == pytest.approx(expected, abs=1e-4)
    assert row.top_ids == scores.topk(5).indices.tolist()


def test_top_alternatives_hold_the_greedy_token(backend):
    generation = backend.generate(CONVERSATIONS[:1], Sampling(temperature=0, max_tokens=6))[0]
    for token in generation.tokens:
        assert 1 < len(token.top) <= 5  # ids whose texts are the same share one entry
        assert max(token.top.values()) == pytest.approx(token.logprob)
        assert token.text in token.top
        assert sum(math.exp(value) for value in token.top.values()) <= 1 + 1e-6


def test_a_row_stops_at_the_end_of_turn_which_counts_in_the_logprob(backend):
    generations = backend.generate([CONVERSATIONS[2]] * 60, Sampling(max_tokens=60, seed=2))
    stopped = [g for g in generations if g.finish_reason == "stop"]
    assert stopped, "400 tokens, 60 rows of 60: some row draws the end of turn"
    for generation in stopped:
        assert generation.tokens[-1].text == "</s>"
        assert "</s>" not in generation.text
        assert generation.logprob == pytest.approx(sum(t.logprob for t in generation.tokens))
    assert all(len(g.tokens) == 60 for g in generations if g.finish_reason == "length")


def test_low_top_p_is_greedy(backend):
    greedy = backend.generate(CONVERSATIONS, Sampling(temperature=0, max_tokens=6))
    narrow = backend.generate(CONVERSATIONS, Sampling(top_p=1e-6, max_tokens=6))
    assert [g.text for g in greedy] == [g.text for g in narrow]


def test_an_overlong_prompt_fails_alone(backend):
    overlong = [Message("user", "apples " * 600)]
    good, bad = backend.generate([CONVERSATIONS[0], overlong], SAMPLING)
    assert good.finish_reason != "error"
    assert (bad.text, bad.finish_reason, bad.tokens) == ("", "error", ())
    assert "512" in bad.error
    assert bad.prompt_hash == prompt_hash(overlong)


def test_no_conversations_give_no_generations(backend):
    assert backend.generate([], SAMPLING) == []


def test_text_equals_the_joined_tokens(backend):
    for generation in backend.generate(CONVERSATIONS, SAMPLING):
        joined = "".join(token.text for token in generation.tokens)
        if "\ufffd" not in joined and generation.finish_reason == "length":
            plain = joined.replace("<pad>", "")
            for special in ("<|system|>", "<|user|>", "<|assistant|>"):
                plain = plain.replace(special, "")
            assert plain == generation.text


def test_a_missing_folder_is_named():
    with pytest.raises(ModelMisconfigured, match="no model folder at /nowhere/model"):
        load_backend(ModelSpec("transformers", "/nowhere/model"))


def test_a_broken_folder_is_misconfigured(tmp_path: Path):
    (tmp_path / "config.json").write_text("{not json")
    with pytest.raises(ModelMisconfigured, match="Could not load"):
        load_backend(ModelSpec("transformers", str(tmp_path)))


def test_impossible_sampling_is_misconfigured(backend):
    with pytest.raises(ModelMisconfigured, match="sampling"):
        backend.generate(CONVERSATIONS, Sampling(max_tokens=0))


def test_a_model_without_a_chat_template_is_misconfigured(tiny_model: Path, tmp_path: Path):
    folder = shutil.copytree(tiny_model, tmp_path / "bare")
    for name in ("chat_template.jinja", "tokenizer_config.json"):
        (folder / name).unlink(missing_ok=True)
    with pytest.raises(ModelMisconfigured, match="no chat template"):
        load_backend(ModelSpec("transformers", str(folder)))
