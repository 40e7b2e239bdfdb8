"""train: pairs in, a model out; the training itself is tested beside its code."""

import json

import pytest

from models_srv.cli import training
from models_srv.training import TrainingStatus
from tests.models_srv.training.conftest import make_pairs


@pytest.fixture
def started(monkeypatch):
    """Let runs end at once, well."""
    folders = []
    result = {"state": "succeeded", "model_path": "there"}
    monkeypatch.setattr(training, "start_training", folders.append)
    monkeypatch.setattr(
        training, "training_status", lambda folder: TrainingStatus("succeeded", 1, result)
    )
    return folders


def test_a_run_is_made_of_the_lines_and_options(cli, started, tiny_model, tmp_path):
    asked = ("train", "--model", tiny_model, "--out", tmp_path / "run", "--loss", "ipo")
    code, [result], _ = cli(*asked, "--epochs", "2.5", "--batch-size", 4, lines=make_pairs(3))
    assert (code, result["model_path"]) == (0, "there")
    assert started == [tmp_path / "run"]
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["base_model"], config["loss"]) == (str(tiny_model), "ipo")
    assert (config["epochs"], config["batch_size"]) == (2.5, 4)
    assert len((tmp_path / "run" / "pairs.jsonl").read_text().splitlines()) == 3


def test_pairs_to_measure_on_are_taken_along(cli, started, tiny_model, tmp_path):
    held_out = tmp_path / "held-out.jsonl"
    held_out.write_text(json.dumps(make_pairs(1)[0]))
    asked = ("train", "--model", tiny_model, "--out", tmp_path / "run")
    cli(*asked, "--validation", held_out, lines=make_pairs(3))
    assert (tmp_path / "run" / "validation.jsonl").read_text() == held_out.read_text() + "\n"


def test_a_run_that_failed_says_why(cli, monkeypatch, tiny_model, tmp_path):
    monkeypatch.setattr(training, "start_training", lambda folder: None)
    lost = TrainingStatus("lost", None, None, "The process ended without a result")
    monkeypatch.setattr(training, "training_status", lambda folder: lost)
    asked = ("train", "--model", tiny_model, "--out", tmp_path / "run")
    code, [result], _ = cli(*asked, lines=make_pairs(3))
    assert code == 1
    assert result == {"state": "lost", "reason": "The process ended without a result"}


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--server", "http://127.0.0.1:9/v1", "--name", "m"), 78, "Training needs the weights"),
        (("--model", "m", "--loss", "ppo"), 78, "loss is 'ppo'"),
        (("--model", "m", "--beta", "0"), 78, "beta must be above 0"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_is_made(
    cli, started, tmp_path, options, code, words
):
    found, _, said = cli("train", *options, "--out", tmp_path / "run", lines=make_pairs(1))
    assert found == code
    assert words in said
    assert not (tmp_path / "run").exists()


def test_a_run_is_never_written_over(cli, started, tiny_model, tmp_path):
    asked = ("train", "--model", tiny_model, "--out", tmp_path / "run")
    cli(*asked, lines=make_pairs(3))
    code, _, said = cli(*asked, lines=make_pairs(2))
    assert code == 2
    assert "holds a run already" in said
    assert len(started) == 1
