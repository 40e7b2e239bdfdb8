"""A few steps of training: the loss falls, the pieces fit."""

import random
from itertools import islice

import pytest

from models_srv.domains.arithmetic.checker import is_correct
from models_srv.domains.arithmetic.making.batches import Clock, batches, encode
from models_srv.domains.arithmetic.making.revising import revision_sample
from models_srv.domains.arithmetic.making.streams import STREAMS
from models_srv.domains.arithmetic.making.tokenizer import build_tokenizer
from models_srv.domains.arithmetic.wordings import read_sentence


@pytest.mark.parametrize("stage", STREAMS)
def test_a_stream_repeats_for_the_same_seed(stage: str) -> None:
    first, second = random.Random(1), random.Random(1)
    draw = STREAMS[stage]
    assert [draw(first, 0.5) for _ in range(20)] == [draw(second, 0.5) for _ in range(20)]


def test_only_training_wordings_reach_a_stream() -> None:
    rng = random.Random(0)
    for _ in range(300):
        text = STREAMS["attacker"](rng, 0.5).answer
        for part in text.replace("? ", "?|").replace(". ", ".|").split("|"):
            sentence = read_sentence(part)
            assert sentence is not None
            assert sentence.template.split == "train"


def test_labels_and_marks_are_where_they_should_be() -> None:
    tokenizer = build_tokenizer(samples=200)
    for batch in islice(batches("critic", tokenizer, Clock(), 1500, 0), 4):
        for ids, labels, marks in zip(batch.ids, batch.labels, batch.marks, strict=True):
            told = tokenizer.decode(labels[labels != -100])
            wrong = tokenizer.decode(ids[marks > 0])
            assert told.endswith("<|end|>")
            assert ("verdict: flawed" in told) <= bool(wrong)


def test_an_answer_is_written_anew_only_where_the_reviewer_is_right() -> None:
    rng, seen = random.Random(0), set()
    for _ in range(400):
        sample = revision_sample(rng, 0.5)
        ((query, answer),) = sample.before
        assert is_correct(query, sample.answer) or sample.answer == answer
        seen.add((is_correct(query, answer), sample.answer == answer))
    mended, padded, kept, kept_wrong = (False, False), (True, False), (True, True), (False, True)
    assert seen == {mended, padded, kept, kept_wrong}


def test_a_second_turn_is_encoded_as_the_chat_template_has_it() -> None:
    tokenizer = build_tokenizer(samples=200)
    sample = revision_sample(random.Random(1), 0.5)
    ((query, first),) = sample.before
    said = [("user", query), ("assistant", first), ("user", sample.user)]
    turns = [{"role": role, "content": text} for role, text in said]
    prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_dict=False)
    (row,) = encode(tokenizer, [sample])
    assert (row.ids[: row.start], row.marks) == (prompt, {})


def test_the_loss_falls() -> None:
    import torch

    from models_srv.domains.arithmetic.making.losses import total_loss
    from models_srv.domains.arithmetic.making.train import new_model, optimizers

    torch.manual_seed(0)
    tokenizer = build_tokenizer(samples=200)
    model = new_model(len(tokenizer))
    tools, losses = optimizers(model, None, 0.02), []
    for batch in islice(batches("base", tokenizer, Clock(), 1000, 0), 12):
        loss = total_loss(model, batch)
        loss.backward()
        for tool in tools:
            tool.step()
            tool.zero_grad()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]
