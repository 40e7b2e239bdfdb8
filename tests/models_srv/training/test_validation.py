"""What is measured while a run trains, on its own batches and on held-out pairs."""

import json
import math

import pytest
import torch

from models_srv.dpo import PairBatch
from models_srv.training import TrainingConfig
from models_srv.training.figures import batch_figures
from models_srv.training.run import train
from models_srv.types import ModelMisconfigured
from tests.models_srv.training.conftest import QUICK, chat, make_pairs, metrics, weights, write_run


@pytest.fixture
def held_out_run(tmp_path, tiny_model):
    """Call it with the held-out pairs and config settings: it trains, returns (run_dir, result)."""

    def run(held_out, **settings):
        config = TrainingConfig(
            **{"base_model": str(tiny_model), **QUICK, "method": "full", **settings}
        )
        run_dir = write_run(tmp_path / f"run{len(list(tmp_path.iterdir()))}", config, make_pairs())
        lines = [json.dumps(pair) + "\n" for pair in held_out]
        (run_dir / "validation.jsonl").write_text("".join(lines))
        return run_dir, train(run_dir, config)

    return run


def turned(pairs):
    return [pair | {"chosen": pair["rejected"], "rejected": pair["chosen"]} for pair in pairs]


def validations(run_dir):
    return [row for row in metrics(run_dir) if "eval_loss" in row]


def test_the_held_out_margin_is_measured_as_it_goes(held_out_run):
    run_dir, result = held_out_run(make_pairs(20)[12:], eval_steps=3)
    rows = validations(run_dir)
    assert [row["step"] for row in rows] == [3, 6, 9]
    margins = [row["eval_rewards/margins"] for row in rows]
    assert margins[-1] > margins[0]
    assert {"eval_drift/chosen", "eval_kl"} < rows[0].keys()
    assert (result["train_pairs"], result["validation_pairs"]) == (12, 8)
    assert result["validation"]["eval_rewards/margins"] == margins[-1]


def test_it_stops_once_the_held_out_margin_falls_and_keeps_the_best_weights(held_out_run):
    """Held-out pairs that say the opposite: the first margin is the best one, later ones fall."""
    settings = {"epochs": 20, "eval_steps": 1}
    run_dir, result = held_out_run(turned(make_pairs(20)[12:]), patience=2, **settings)
    assert (result["steps"], result["best_step"]) == (3, 1)
    best, _ = held_out_run(turned(make_pairs(20)[12:]), max_steps=1, **settings)
    kept, expected = weights(run_dir / "model"), weights(best / "model")
    # The scheduler of one step is another than that of sixty: the first step is of the full rate.
    assert all(torch.allclose(kept[name], expected[name], atol=1e-4) for name in expected)
    assert not (run_dir / "trainer").exists()


def test_it_goes_on_while_the_held_out_margin_rises(held_out_run):
    _, result = held_out_run(make_pairs(20)[12:], patience=2, eval_steps=1)
    assert result["steps"] == 9


def test_patience_without_pairs_to_measure_on_is_refused(train_run):
    with pytest.raises(ModelMisconfigured, match=r"validation\.jsonl"):
        train_run(patience=2)


def test_drift_and_divergence_are_logged_from_the_first_step(train_run):
    run_dir, _ = train_run(method="full")
    first, last = metrics(run_dir)[0], metrics(run_dir)[-1]
    assert [first[name] for name in ("drift/chosen", "drift/rejected", "kl")] == pytest.approx(
        [0, 0, 0], abs=1e-4
    )
    assert last["kl"] > 0
    margin = last["drift/chosen"] - last["drift/rejected"]
    assert last["rewards/margins"] == pytest.approx(0.1 * margin, rel=1e-3)


def t(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_figures_by_hand():
    """A pair, and a thumb up on its own: a side without tokens counts nowhere."""
    batch = PairBatch(
        chosen_logps=t(-3, -2),
        ref_chosen_logps=t(-4, -4),
        rejected_logps=t(-6, 0),
        ref_rejected_logps=t(-5, 0),
        chosen_tokens=t(2, 2),
        rejected_tokens=t(2, 0),
        p_w=t(1, 1),
        p_l=t(0, 0),
        weight=t(1, 1),
    )
    ratios = t(0.5, -0.5)
    figures = {k: v.tolist() for k, v in batch_figures(batch, ratios, beta=0.1).items()}
    assert figures["drift/chosen"] == [1, 2]
    assert figures["drift/rejected"] == [-1]
    assert figures["rewards/margins"] == pytest.approx([0.2])
    assert figures["rewards/accuracies"] == [1]
    assert figures["logps/rejected"] == [-6]
    assert figures["kl"] == pytest.approx([math.exp(0.5) - 1.5, math.exp(-0.5) - 0.5])


def test_the_divergence_estimator_is_unbiased():
    """Its mean under the reference is KL(π_ref ‖ π), for any two distributions over a vocabulary."""
    generator = torch.Generator().manual_seed(0)
    reference, policy = torch.randn(2, 50, generator=generator, dtype=torch.float64).log_softmax(1)
    ratios = policy - reference
    mean = (reference.exp() * (ratios.expm1() - ratios)).sum()
    assert mean == pytest.approx((reference.exp() * -ratios).sum())


@pytest.mark.parametrize(("loss", "is_warned"), [("dpo", True), ("sft", False)])
def test_close_pairs_are_warned_of_where_the_loss_minds(train_run, loss, is_warned):
    close = [
        pair | {"rejected": chat("assistant", pair["chosen"][0]["content"] + "1")}
        for pair in make_pairs(4)
    ]
    _, result = train_run(pairs=close, loss=loss, max_steps=1)
    assert result["edit_distance"] == pytest.approx(0.2)
    assert [loss in warning for warning in result["warnings"]] == [True] * is_warned


@pytest.mark.parametrize("loss", ["dpo", "sft", "dpop", "ipo", "kto"])
def test_a_smoothing_that_the_loss_does_not_read_is_refused(loss):
    with pytest.raises(ModelMisconfigured, match="label_smoothing is not read by"):
        TrainingConfig(base_model="m", loss=loss, label_smoothing=0.1)


THUMBS = [
    {"prompt": pair["prompt"], "completion": pair[side], "label": side == "chosen"}
    for pair in make_pairs(6)
    for side in ("chosen", "rejected")
]


def test_kto_learns_from_thumbs_on_single_answers(train_run):
    run_dir, result = train_run(pairs=THUMBS, loss="kto", method="full")
    assert (result["train_pairs"], result["dropped_pairs"]) == (12, 0)
    last = metrics(run_dir)[-1]
    assert last["drift/chosen"] > last["drift/rejected"]


def test_other_losses_leave_thumbs_out_and_say_so(train_run):
    _, result = train_run(pairs=[*THUMBS, *make_pairs(3)], max_steps=1)
    assert (result["train_pairs"], result["dropped_reasons"]) == (3, {"unpaired": 12})


def test_pairs_held_back_that_do_not_fit_end_nothing_and_are_told(held_out_run):
    long = make_pairs(1)[0] | {"chosen": chat("assistant", "7 " * 400)}
    _, result = held_out_run([long], patience=2, eval_steps=1)
    assert (result["steps"], result["validation_pairs"]) == (9, 0)
    assert "{'too_long': 1}): the run did not stop early." in result["warnings"][0]
