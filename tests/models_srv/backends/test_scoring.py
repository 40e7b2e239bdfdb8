"""Given texts are scored as the model itself would have scored them."""

from dataclasses import replace

import pytest

from models_srv.backends.local import LocalBackend
from models_srv.backends.scoring import continuation_logps
from models_srv.types import Message, ModelMisconfigured, ModelSpec, Sampling, ScoringBackend

QUESTIONS = [[Message("user", "What is 1 + 1?")], [Message("user", "Tom has 3 apples. " * 3)]]
TEXTS = ["3 + 4 = 7.", "The answer is 7 apples, and one more."]


@pytest.fixture(scope="module")
def backend(tiny_model):
    return LocalBackend(ModelSpec("transformers", str(tiny_model)))


def plain_logps(backend, conversation, text):
    """By one forward pass without padding."""
    import torch

    prompt, ids = backend._scorable(conversation, text)
    with torch.no_grad():
        logits = backend.model(torch.tensor([[*prompt, *ids]])).logits[0]
    scores = logits.log_softmax(-1)[len(prompt) - 1 : -1]
    return [scores[at, token].item() for at, token in enumerate(ids)]


def test_it_is_a_backend_that_scores(backend):
    assert isinstance(backend, ScoringBackend)


def test_each_token_of_a_text_is_scored_after_its_prompt(backend):
    conversations, texts = [*QUESTIONS, *QUESTIONS], [*TEXTS, *TEXTS[::-1]]
    scored = backend.score(conversations, texts)
    for found, conversation, text in zip(scored, conversations, texts, strict=True):
        assert found == pytest.approx(plain_logps(backend, conversation, text), abs=1e-4)


def test_an_answer_is_cut_into_the_tokens_that_training_has_of_it(backend):
    from models_srv.training.rows import tokenize_pairs

    prompt = [{"role": "user", "content": QUESTIONS[0][0].content}]
    answers = [[{"role": "assistant", "content": text}] for text in ("7 </s> and 8", TEXTS[0])]
    pair = {"prompt": prompt, "chosen": answers[0], "rejected": answers[1]}
    pair |= {"p_w": 1.0, "p_l": 0.0, "weight": 1.0}
    [row] = tokenize_pairs([pair], backend.tokenizer, backend._stop_ids, 512).rows
    mine, other = (backend._scorable(QUESTIONS[0], each[0]["content"]) for each in answers)
    assert mine == (row["prompt_ids"], row["chosen_ids"][:-1]), "what looks like an end is none"
    assert other == (row["prompt_ids"], row["rejected_ids"][:-1])


def test_what_it_wrote_is_scored_as_it_was_when_written(backend):
    """The end of turn included, where the tokens are given instead of a text."""
    import torch

    prompts = [backend._prompt_ids(question) for question in QUESTIONS]
    rows = backend._decode_batch(prompts, torch.rand(2, 8), Sampling(max_tokens=8))
    pairs = [(prompt, row.ids) for prompt, row in zip(prompts, rows, strict=True)]
    for scored, row in zip(continuation_logps(backend.model, pairs), rows, strict=True):
        assert scored == pytest.approx(row.logprobs, abs=1e-4)


def test_how_it_is_split_changes_nothing(backend):
    whole = backend.score(QUESTIONS, TEXTS)
    backend._batches.budget = replace(backend._batches.budget, tokens=1)
    for one, other in zip(backend.score(QUESTIONS, TEXTS), whole, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


@pytest.mark.parametrize(
    ("conversation", "text", "words"),
    [
        pytest.param(QUESTIONS[0], "", "0 tokens", id="nothing-to-score"),
        pytest.param(QUESTIONS[0], "apples " * 600, "of 512", id="too-long"),
    ],
)
def test_what_cannot_be_scored_is_said(backend, conversation, text, words):
    with pytest.raises(ModelMisconfigured, match=words):
        backend.score([conversation], [text])


def test_nothing_gives_nothing(backend):
    assert backend.score([], []) == []
