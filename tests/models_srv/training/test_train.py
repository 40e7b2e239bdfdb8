"""The training code proves that it learns, in this process, on a tiny model."""

import math

import pytest
import torch

from models_srv.artifacts import folder_sha256
from models_srv.backends.local import LocalBackend, load_model
from models_srv.training import TrainingConfig
from models_srv.types import Message, ModelMisconfigured, ModelSpec, Sampling
from tests.models_srv.training.conftest import chat, make_pairs, metrics, weights


def losses(run_dir):
    return [row["loss"] for row in metrics(run_dir)]


def test_full_training_moves_every_weight_and_raises_the_margin(train_run, tiny_model):
    run_dir, result = train_run(method="full")
    rows = metrics(run_dir)
    before, after = weights(tiny_model), weights(run_dir / "model")
    assert before.keys() == after.keys()
    assert all(not torch.equal(before[name], after[name]) for name in before)
    assert rows[0]["loss"] == pytest.approx(math.log(2), abs=1e-4)
    assert rows[-1]["rewards/margins"] > rows[0]["rewards/margins"] + 0.1
    assert rows[-1]["rewards/accuracies"] == 1
    assert (result["steps"], len(rows)) == (9, 9)
    assert (result["train_pairs"], result["dropped_pairs"]) == (12, 0)
    assert result["sha256"] == folder_sha256(run_dir / "model")
    assert result["final"]["loss"] == rows[-1]["loss"]
    keys = {"step", "epoch", "loss", "learning_rate", "seconds", "logps/chosen", "logps/rejected"}
    assert keys < rows[0].keys()


def test_a_fully_trained_folder_is_a_model(train_run):
    run_dir, _ = train_run(method="full", max_steps=1)
    backend = LocalBackend(ModelSpec("transformers", str(run_dir / "model")))
    assert backend.generate([[Message("user", "hi")]], Sampling(max_tokens=2))[0].tokens


def test_lora_training_moves_the_adapter_and_leaves_the_base(train_run, tiny_model):
    untouched = folder_sha256(tiny_model)
    run_dir, result = train_run(method="lora", lora_r=4)
    assert folder_sha256(tiny_model) == untouched
    assert not list((run_dir / "model").glob("model*.safetensors"))
    adapter = weights(run_dir / "model")
    assert all(value.abs().sum() > 0 for name, value in adapter.items() if "lora_B" in name)
    assert metrics(run_dir)[-1]["rewards/margins"] > 0.1
    assert result["reference_model"] == str(tiny_model)


def test_a_saved_adapter_reloads_to_the_trained_logits(train_run, tiny_model, monkeypatch):
    from models_srv.training import run

    trained = {}
    save = run._save
    monkeypatch.setattr(
        run, "_save", lambda model, *rest: (trained.update(model=model), save(model, *rest))[1]
    )
    run_dir, _ = train_run(method="lora", lora_r=4, dtype="float32")
    _, reloaded = load_model(ModelSpec("transformers", str(tiny_model), adapter=f"{run_dir}/model"))
    _, base = load_model(ModelSpec("transformers", str(tiny_model)))
    ids = torch.arange(5, 45)[None]
    with torch.no_grad():
        expected = trained["model"](input_ids=ids).logits
        assert torch.allclose(reloaded(input_ids=ids).logits, expected, atol=1e-5)
        assert not torch.allclose(base(input_ids=ids).logits, expected, atol=1e-2)


def test_the_same_seed_gives_the_same_losses_and_weights(train_run):
    first, one = train_run(seed=3)
    second, other = train_run(seed=3)
    third, _ = train_run(seed=4)
    assert losses(first) == losses(second) != losses(third)
    assert torch.equal(*(w["base_model.model.model.layers.0.mlp.up_proj.lora_B.weight"]
                         for w in map(weights, (first / "model", second / "model"))))  # fmt: skip
    assert one["sha256"] == other["sha256"]


@pytest.mark.parametrize(
    "loss",
    ["sft", "dpo_sft", "dpop", "ipo", "cdpo", "robust", "orpo", "apo_zero", "apo_down", "kto"],
)
def test_every_loss_learns(train_run, loss):
    run_dir, _ = train_run(method="full", loss=loss)
    rows = metrics(run_dir)
    assert rows[-1]["loss"] < rows[0]["loss"]
    assert rows[-1]["rewards/margins"] > rows[0]["rewards/margins"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        pytest.param({"weight": 0.5}, 0.5 * math.log(2), id="weight"),
        pytest.param({"p_w": 0.8, "p_l": 0.4}, -math.log(0.6), id="noisy"),
        pytest.param({"p_w": 0.9, "p_l": 0.1, "weight": 2.0}, 2 * math.log(2), id="both"),
    ],
)
def test_the_first_loss_is_the_labels_own(train_run, numbers, expected):
    run_dir, _ = train_run(pairs=make_pairs(4, **numbers), max_steps=1)
    assert losses(run_dir)[0] == pytest.approx(expected, abs=1e-4)


def test_weights_count_pair_by_pair(train_run):
    """A pair of weight 0 moves nothing: only the other pair's answers change."""
    kept, ignored = make_pairs(2)
    run_dir, _ = train_run(pairs=[kept, {**ignored, "weight": 0.0}], batch_size=2, max_steps=4)
    alone, _ = train_run(pairs=[{**kept, "weight": 0.5}], batch_size=1, max_steps=4)
    assert losses(run_dir) == pytest.approx(losses(alone), rel=1e-3)


def test_labels_that_say_nothing_move_nothing(train_run, tiny_model):
    run_dir, _ = train_run(pairs=make_pairs(4, p_w=0.5, p_l=0.5), method="full", max_steps=3)
    before, after = weights(tiny_model), weights(run_dir / "model")
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in before)


def test_flipped_labels_teach_the_other_answer(train_run):
    flipped = make_pairs(12, p_w=0.1, p_l=0.9)
    turned = [
        pair | {"chosen": pair["rejected"], "rejected": pair["chosen"], "p_w": 0.9, "p_l": 0.1}
        for pair in flipped
    ]
    run_dir, _ = train_run(pairs=flipped, method="full")
    assert losses(run_dir) == losses(train_run(pairs=turned, method="full")[0])
    assert metrics(run_dir)[-1]["rewards/margins"] > 0.1  # of the pairs as they were trained on


def test_an_adapter_is_trained_on_against_its_parent_or_its_base(train_run, tiny_model):
    parent, _ = train_run(method="lora", lora_r=4)
    adapter = str(parent / "model")
    again, result = train_run(adapter=adapter, reference="parent")
    from_base, base_result = train_run(adapter=adapter, reference="base")
    assert metrics(again)[0]["rewards/margins"] == pytest.approx(0, abs=1e-3)
    learned = metrics(parent)[-1]["rewards/margins"]
    assert metrics(from_base)[0]["rewards/margins"] > learned / 2 > 0.1
    assert (result["reference"], result["reference_model"]) == ("parent", adapter)
    assert (base_result["reference"], base_result["reference_model"]) == ("base", str(tiny_model))
    files = {path.name for path in (again / "model").rglob("*") if path.is_file()}
    assert "adapter_model.safetensors" in files
    assert not (again / "model" / "ref").exists(), "the reference copy is not part of the result"
    before, after = weights(parent / "model"), weights(again / "model")
    assert before.keys() == after.keys()
    assert any(not torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("reference", ["parent", "base"])
def test_full_training_of_an_adapter_merges_it_first(train_run, tiny_model, reference):
    parent, _ = train_run(method="lora", lora_r=4)
    settings = {"adapter": str(parent / "model"), "method": "full", "max_steps": 1}
    run_dir, _ = train_run(reference=reference, **settings)
    margin = metrics(run_dir)[0]["rewards/margins"]
    assert margin > 0.1 if reference == "base" else abs(margin) < 1e-3
    assert weights(run_dir / "model").keys() == weights(tiny_model).keys(), "a whole model"


def test_gradient_accumulation_is_the_larger_batch(train_run):
    together, _ = train_run(method="full", batch_size=4, max_steps=3)
    in_parts, _ = train_run(method="full", batch_size=2, gradient_accumulation=2, max_steps=3)
    assert losses(together) == pytest.approx(losses(in_parts), rel=1e-3)


def test_pairs_left_out_are_reported(train_run):
    long = make_pairs(1)[0] | {"rejected": chat("assistant", "apples " * 300)}
    _, result = train_run(pairs=[*make_pairs(4), long], max_steps=1)
    assert (result["train_pairs"], result["dropped_pairs"]) == (4, 1)
    assert result["dropped_reasons"] == {"too_long": 1}


def test_no_usable_pair_is_a_failure_with_a_reason(train_run):
    long = make_pairs(1)[0] | {"rejected": chat("assistant", "apples " * 300)}
    with pytest.raises(ModelMisconfigured, match="None of the 1 pairs"):
        train_run(pairs=[long])


def test_a_missing_base_is_named(train_run):
    with pytest.raises(ModelMisconfigured, match="no model folder at /nowhere"):
        train_run(base_model="/nowhere")


@pytest.mark.parametrize(
    "settings", [{"loss": "ppo"}, {"beta": 0}, {"method": "x"}, {"threads": -1}, {"base_model": ""}]
)
def test_impossible_settings_are_refused(settings):
    with pytest.raises(ModelMisconfigured):
        TrainingConfig(**{"base_model": "m", **settings})


def test_an_adapter_is_put_on_the_layers_that_are_named(train_run):
    run_dir, _ = train_run(method="lora", lora_targets="q_proj v_proj", max_steps=1)
    assert {name.split(".")[-3] for name in weights(run_dir / "model")} == {"q_proj", "v_proj"}


@pytest.mark.parametrize(
    ("method", "able", "expected"),
    [
        ("lora", {"avx512_bf16": True}, "bfloat16"),
        ("lora", {"amx_bf16": True}, "bfloat16"),
        ("lora", {"avx2": True, "avx512_bf16": False}, "float32"),
        ("full", {"avx512_bf16": True}, "float32"),
    ],
)
def test_an_adapter_is_trained_in_bfloat16_where_the_processor_has_it(
    method, able, expected, monkeypatch
):
    from models_srv.training.loading import precision

    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: able)
    assert precision(TrainingConfig(base_model="m", method=method)) == expected
    assert precision(TrainingConfig(base_model="m", method=method, dtype="float32")) == "float32"


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_precision_is_as_it_was_set(dtype, tiny_model):
    from models_srv.training.loading import load_models

    config = TrainingConfig(base_model=str(tiny_model), method="full", dtype=dtype)
    assert load_models(config)[1].dtype == getattr(torch, dtype)


def test_it_is_trained_on_the_prompts_that_its_settings_make(tmp_path, tiny_model):
    from models_srv.training.run_rows import run_rows
    from tests.models_srv.training.conftest import write_run

    pairs = make_pairs(2)
    config = TrainingConfig(base_model=str(tiny_model), chat_template_kwargs='{"mark": "Oh "}')
    run_dir = write_run(tmp_path / "run", config, pairs)
    _, model = load_model(ModelSpec("transformers", str(tiny_model)))
    tokenizer, _ = load_model(ModelSpec("transformers", str(tiny_model)))
    tokenizer.chat_template = "{{ mark }}" + tokenizer.chat_template
    rows = run_rows(run_dir, config, tokenizer, model).train.rows
    assert tokenizer.decode(rows[0]["prompt_ids"]).startswith("Oh ")


def test_credit_reaches_the_loss(train_run):
    """The first step has nothing to compare; from the second on tokens count by their credit."""
    settings = {"method": "full", "loss": "dpo", "max_steps": 4}
    quoted = make_pairs(12, rejected_quotes=[[0, 10]])
    even, _ = train_run(pairs=quoted, **settings)
    credited, _ = train_run(pairs=quoted, **settings, shared_weight=0.3, quote_weight=2.0)
    assert losses(credited)[0] == losses(even)[0] == pytest.approx(math.log(2), abs=1e-4)
    assert losses(credited)[1:] != losses(even)[1:]
    assert losses(credited)[-1] < losses(credited)[0]


def test_likelihood_reaches_the_loss(train_run):
    settings = {"method": "full", "loss": "dpo", "max_steps": 1}
    plain, _ = train_run(**settings)
    likely, _ = train_run(**settings, nll_weight=0.5)
    assert losses(likely)[0] > losses(plain)[0] + 0.1


@pytest.mark.parametrize(
    ("loss", "settings", "told"),
    [
        ("sft", {"nll_weight": 1.0}, "nll_weight is not read by sft"),
        ("orpo", {"nll_weight": 1.0}, "nll_weight is not read by orpo"),
        ("ipo", {"shared_weight": 0.5}, "Credit .* is not read by ipo"),
        ("dpo", {"quote_weight": 0}, "quote_weight must be above 0"),
        ("dpo", {"shared_weight": -1}, "shared_weight must not be below 0"),
    ],
)
def test_terms_that_the_loss_does_not_read_are_refused(loss, settings, told):
    with pytest.raises(ModelMisconfigured, match=told):
        TrainingConfig(base_model="m", loss=loss, **settings)
