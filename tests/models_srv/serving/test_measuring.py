"""The trainer says what its weights find of a few texts; the saved adapter says the same."""

import pytest

from models_srv.serving.canary import KEPT_TEXTS, canary_of
from models_srv.serving.measuring import measure_canary
from models_srv.serving.proof import judge_delivery
from models_srv.types import ModelMisconfigured, ModelSpec
from tests.models_srv.training.conftest import train_run  # noqa: F401


def said_by(base, adapter, texts):
    """What a server of the saved folder says: plain transformers with PEFT, no code of ours."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if adapter:
        model = PeftModel.from_pretrained(model, adapter)
    rows = []
    for text in texts:
        ids = torch.tensor([text.ids])
        with torch.inference_mode():
            logprobs = model(input_ids=ids).logits[0].log_softmax(-1)
        rows.append(
            tuple(logprobs[at - 1, text.ids[at]].item() for at in range(text.start, len(text.ids)))
        )
    return rows


def test_a_run_that_gives_an_adapter_gives_its_canary(train_run, tiny_model):  # noqa: F811
    run_dir, result = train_run(method="lora", lora_r=4)
    texts = canary_of(result["canary"])
    assert len(texts) == KEPT_TEXTS
    assert {*texts[0].others} == {"base"}
    folder = str(run_dir / "model")
    assert judge_delivery(texts, said_by(tiny_model, folder, texts)).is_proven
    assert "answers with the base" in judge_delivery(texts, said_by(tiny_model, "", texts)).reason


def test_one_that_goes_on_with_an_adapter_is_told_from_that_too(train_run, tiny_model):  # noqa: F811
    first, _ = train_run(method="lora", lora_r=4, max_steps=4)
    parent = str(first / "model")
    run_dir, result = train_run(method="lora", adapter=parent, seed=1)
    texts = canary_of(result["canary"])
    assert {*texts[0].others} == {"base", "before"}
    assert judge_delivery(texts, said_by(tiny_model, str(run_dir / "model"), texts)).is_proven
    old = judge_delivery(texts, said_by(tiny_model, parent, texts))
    assert "answers with the version that it was trained from" in old.reason


def test_whole_weights_have_none(train_run):  # noqa: F811
    assert "canary" not in train_run(method="full", max_steps=1)[1]


def test_an_adapter_from_elsewhere_is_measured_where_its_base_is_at_hand(train_run, tiny_model):  # noqa: F811
    run_dir, _ = train_run(method="lora", lora_r=4)
    folder = str(run_dir / "model")
    texts = canary_of(measure_canary(ModelSpec("transformers", str(tiny_model), adapter=folder)))
    assert judge_delivery(texts, said_by(tiny_model, folder, texts)).is_proven
    assert "answers with the base" in judge_delivery(texts, said_by(tiny_model, "", texts)).reason


def test_one_that_cannot_be_loaded_is_told(tiny_model, tmp_path):
    with pytest.raises(ModelMisconfigured, match="Could not load"):
        measure_canary(ModelSpec("transformers", str(tiny_model), adapter=str(tmp_path)))
