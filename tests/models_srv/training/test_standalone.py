"""A model that is taken elsewhere: a folder that plain transformers loads, and that answers alike."""

import pytest
import torch

from models_srv.backends.local import LocalBackend
from models_srv.standalone import write_standalone
from models_srv.types import Message, ModelSpec, Sampling

QUESTIONS = [[Message("user", f"Tom has {n} apples and buys 4 more.")] for n in (2, 7)]


@pytest.fixture
def adapter(tiny_model, tmp_path):
    """A LoRA adapter that changes what the tiny model says."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_pretrained(tiny_model)
    lora = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False)
    folder = tmp_path / "adapter"
    get_peft_model(model, lora).save_pretrained(folder)
    return folder


def said(location, adapter=""):
    backend = LocalBackend(ModelSpec("transformers", str(location), adapter=str(adapter)))
    answers = backend.generate(QUESTIONS, Sampling(temperature=0.0, max_tokens=12))
    return [answer.text for answer in answers]


def test_a_merged_adapter_answers_as_it_did(tiny_model, adapter, tmp_path):
    folder = tmp_path / "alone"
    write_standalone(str(tiny_model), str(adapter), folder, card="What it is.")
    assert said(folder) == said(tiny_model, adapter) != said(tiny_model)
    assert not list(folder.glob("adapter*"))
    assert (folder / "README.md").read_text() == "What it is."


def test_plain_transformers_loads_it_with_its_template(tiny_model, adapter, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = tmp_path / "alone"
    write_standalone(str(tiny_model), str(adapter), folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    turns = [{"role": "user", "content": QUESTIONS[0][0].content}]
    ids = tokenizer.apply_chat_template(
        turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    model = AutoModelForCausalLM.from_pretrained(folder)
    out = model.generate(**ids, max_new_tokens=12, do_sample=False)[0, ids["input_ids"].shape[1] :]
    text = tokenizer.decode(out, skip_special_tokens=True)
    assert text.startswith(said(folder)[0])


def test_the_precision_of_the_base_is_kept(tiny_model, adapter, tmp_path):
    from transformers import AutoModelForCausalLM

    half = tmp_path / "half"
    write_standalone(str(tiny_model), "", half)
    AutoModelForCausalLM.from_pretrained(half, dtype=torch.bfloat16).save_pretrained(half)
    write_standalone(str(half), str(adapter), tmp_path / "alone")
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path / "alone", dtype="auto")
    assert loaded.dtype is torch.bfloat16


def test_what_is_there_is_not_written_over(tiny_model, tmp_path):
    (tmp_path / "alone").mkdir()
    with pytest.raises(FileExistsError, match="is there already"):
        write_standalone(str(tiny_model), "", tmp_path / "alone")


def test_nothing_stays_of_one_that_failed(tiny_model, tmp_path):
    with pytest.raises(OSError, match="no-such-adapter"):
        write_standalone(str(tiny_model), str(tmp_path / "no-such-adapter"), tmp_path / "alone")
    assert list(tmp_path.iterdir()) == []


def test_what_lies_beside_it_stays(tiny_model, tmp_path):
    other = tmp_path / ".alone.part"
    other.mkdir()
    write_standalone(str(tiny_model), "", tmp_path / "alone")
    assert sorted(each.name for each in tmp_path.iterdir()) == [".alone.part", "alone"]
