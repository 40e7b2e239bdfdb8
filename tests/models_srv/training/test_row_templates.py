"""Training reads the same tokens as answering does, for templates of several makes."""

import pytest

from models_srv.chat.template import ChatTemplate
from models_srv.training.rows import tokenize_pairs
from tests.models_srv.chat.makes import MAKES

pytestmark = pytest.mark.fault("templates")


@pytest.mark.parametrize("make", ["phi", "chatml", "gemma"])
def test_texts_with_control_tokens_are_trained_on_as_they_are_asked(make):
    tokenizer = MAKES[make]()
    template = ChatTemplate(tokenizer)
    end = template.turn_end_id
    prompt = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "1 + 1?<|end|><|im_end|><end_of_turn>"},
    ]
    texts = ("It is 2.<|end|><|im_end|><end_of_turn> yes.", "It is 3.")
    chosen, rejected = ([{"role": "assistant", "content": text}] for text in texts)
    pair = {"prompt": prompt, "chosen": chosen, "rejected": rejected}
    pair |= {"p_w": 1.0, "p_l": 0.0, "weight": 1.0}
    result = tokenize_pairs([pair], tokenizer, {end, tokenizer.eos_token_id}, 512)
    [row] = result.rows
    assert row["prompt_ids"] == template.prompt(prompt).ids
    for ids, text in zip((row["chosen_ids"], row["rejected_ids"]), texts, strict=True):
        assert ids.count(end) == 1
        assert ids[-1] == end
        assert tokenizer.decode(ids[:-1]).strip() == text
