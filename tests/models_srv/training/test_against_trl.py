"""The same data, seed, order and settings through TRL's unchanged trainer."""

import warnings

import pytest

from tests.models_srv.training.conftest import make_pairs, metrics

BATCH, STEPS = 4, 5


def stock_trainer(tiny_model, folder, lengths, **settings):
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.trainer_pt_utils import LengthGroupedSampler
    from trl.trainer.dpo_config import DPOConfig
    from trl.trainer.dpo_trainer import DPOTrainer

    class InOurOrder(DPOTrainer):
        def _get_train_sampler(self, *args):
            return LengthGroupedSampler(BATCH, lengths=lengths)

    plain = [{k: pair[k] for k in ("prompt", "chosen", "rejected")} for pair in make_pairs()]
    args = DPOConfig(
        output_dir=str(folder), learning_rate=3e-3, max_steps=STEPS, seed=0, bf16=False,
        per_device_train_batch_size=BATCH, use_cpu=True, report_to="none", logging_steps=1,
        activation_checkpointing=False, save_strategy="no", disable_tqdm=True, **settings,
    )  # fmt: skip
    return InOurOrder(
        AutoModelForCausalLM.from_pretrained(tiny_model),
        args=args,
        train_dataset=Dataset.from_list(plain),
        processing_class=AutoTokenizer.from_pretrained(tiny_model),
    )


def stock_losses(tiny_model, folder, **settings):
    from transformers import AutoTokenizer, set_seed

    from models_srv.training.rows import tokenize_pairs

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    numbered = [pair | {"p_w": 1.0, "p_l": 0.0, "weight": 1.0} for pair in make_pairs()]
    rows = tokenize_pairs(numbered, tokenizer, {tokenizer.eos_token_id}, 128).rows
    trainer = stock_trainer(tiny_model, folder, [row["length"] for row in rows], **settings)
    set_seed(0)
    trainer.train()
    return [row["loss"] for row in trainer.state.log_history if "loss" in row]


@pytest.mark.parametrize("precomputed", [True, False], ids=["precomputed", "online"])
@pytest.mark.parametrize(
    ("loss", "theirs", "smoothing"),
    [
        pytest.param("dpo", ["sigmoid"], 0.0, id="dpo"),
        pytest.param("ipo", ["ipo"], 0.0, id="ipo"),
        pytest.param("apo_zero", ["apo_zero"], 0.0, id="apo_zero"),
        pytest.param("apo_down", ["apo_down"], 0.0, id="apo_down"),
        pytest.param("sft", ["sft"], 0.0, id="sft"),
        pytest.param("dpo_sft", ["sigmoid", "sft"], 0.0, id="dpo_sft"),
        pytest.param("robust", ["robust"], 0.2, id="robust"),
    ],
)
def test_certain_labels_give_trls_own_losses_step_by_step(
    train_run, tiny_model, tmp_path, loss, theirs, smoothing, precomputed
):
    """Ours are always precomputed: that they equal TRL's online ones is the same test."""
    run_dir, _ = train_run(method="full", loss=loss, label_smoothing=smoothing, max_steps=STEPS)
    expected = stock_losses(
        tiny_model,
        tmp_path / "trl",
        loss_type=theirs,
        label_smoothing=smoothing,
        precompute_ref_log_probs=precomputed,
    )
    ours = [row["loss"] for row in metrics(run_dir)]
    assert ours == pytest.approx(expected, rel=1e-4)


def test_trl_ignores_label_smoothing_with_sigmoid_in_silence(tiny_model, tmp_path):
    """Why cDPO is a loss of its own here, and why another loss with a smoothing is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        plain, smoothed = (
            stock_losses(
                tiny_model, tmp_path / str(share), loss_type=["sigmoid"], label_smoothing=share
            )
            for share in (0.0, 0.3)
        )
    assert plain == smoothed


def test_trl_passes_unknown_columns_by_unless_they_are_named(tiny_model, tmp_path):
    """The trainer drops a label's numbers before the loss: why our signature columns name them."""
    trainer = stock_trainer(tiny_model, tmp_path, [1] * 12, loss_type=["sigmoid"])
    dataset = trainer.train_dataset.add_column("weight", [0.0] * 12)
    assert "weight" not in trainer._remove_unused_columns(dataset).column_names
