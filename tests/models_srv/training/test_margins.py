"""A run that scores pairs: the margins are the trained policy's own, and no model is kept."""

import json

import pytest

from models_srv.training import TrainingConfig
from models_srv.training.run import train
from tests.models_srv.training.conftest import QUICK, chat, make_pairs, write_run


@pytest.fixture
def scoring_run(tmp_path, tiny_model):
    """Call it with pairs to score and config settings: it trains, returns (run_dir, result)."""

    def run(scored, **settings):
        config = TrainingConfig(**{"base_model": str(tiny_model), **QUICK, **settings})
        run_dir = write_run(
            tmp_path / f"scoring{len(list(tmp_path.iterdir()))}", config, make_pairs()
        )
        (run_dir / "scored.jsonl").write_text("".join(json.dumps(row) + "\n" for row in scored))
        return run_dir, train(run_dir, config)

    return run


def log_likelihood(folder, pair, side):
    """The sum over the answer and its end of turn, computed by transformers alone."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    prompt = tokenizer.apply_chat_template(
        pair["prompt"], add_generation_prompt=True, tokenize=False
    )
    whole = tokenizer.apply_chat_template(pair["prompt"] + pair[side], tokenize=False)
    begin = len(tokenizer(prompt, add_special_tokens=False)["input_ids"])
    ids = torch.tensor([tokenizer(whole, add_special_tokens=False)["input_ids"]])
    with torch.no_grad():
        logps = model(ids).logits[0, :-1].log_softmax(-1)
    tokens = logps.gather(1, ids[0, 1:, None])[begin - 1 :]
    return float(tokens.sum())


@pytest.mark.parametrize("loss", ["sft", "dpo", "kto"])
def test_margins_are_the_trained_policys(train_run, scoring_run, loss):
    settings = {"method": "full", "loss": loss}
    pairs = make_pairs(15)
    trained, _ = train_run(**settings)
    run_dir, result = scoring_run(pairs, **settings)
    expected = [
        log_likelihood(trained / "model", pair, "chosen")
        - log_likelihood(trained / "model", pair, "rejected")
        for pair in pairs
    ]
    assert result["margins"] == pytest.approx(expected, abs=1e-3)
    assert not (run_dir / "model").exists()
    assert "model_path" not in result


def test_an_adapter_scores_with_its_trained_weights(scoring_run):
    pairs = make_pairs(4)
    _, result = scoring_run(pairs, method="lora", reference="base")
    _, untrained = scoring_run(pairs, method="lora", reference="base", learning_rate=1e-12)
    gains = [a - b for a, b in zip(result["margins"], untrained["margins"], strict=True)]
    assert min(gains) > 0.1


def test_a_pair_that_does_not_fit_has_no_margin_and_moves_no_other(scoring_run):
    first, second = make_pairs(2)
    long = first | {"chosen": chat("assistant", "7 " * 400)}
    _, alone = scoring_run([first, second])
    _, result = scoring_run([first, long, second])
    assert result["margins"][1] is None
    assert result["margins"][::2] == pytest.approx(alone["margins"], abs=1e-4)
