"""One run in two processes is the run of one: the same losses, one set of files, one end."""

import shlex
import sys
import time
from pathlib import Path

import pytest
import torch

from models_srv.artifacts import read_json, write_json
from models_srv.training import TrainingConfig, locking, process
from models_srv.training import __main__ as command
from models_srv.training.loading import load_models
from models_srv.training.processes import own_batch_size
from models_srv.types import ModelMisconfigured
from tests.models_srv.training.conftest import QUICK, make_pairs, metrics, weights, write_run

LAUNCH = [
    *(sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"),
    *("--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"),
    *("--main_process_port", "0"),
]


@pytest.fixture
def launched(monkeypatch):
    """Train in two processes of this machine, which talk to each other by gloo, to the end."""
    monkeypatch.setenv("TRAINING_LAUNCHER", shlex.join(LAUNCH))
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")

    def run(run_dir: Path, config: TrainingConfig, pairs):
        process.start_training(write_run(run_dir, config, pairs))
        assert process.training_status(run_dir).state == "running", "the launcher has the lock"
        while (status := process.training_status(run_dir)).state == "running":
            time.sleep(0.2)
        return status

    return run


@pytest.mark.slow  # three processes import their tools
@pytest.mark.skipif(torch.cuda.is_available(), reason="two processes of one CPU")
@pytest.mark.parametrize("loss", ["dpo", "kto"])
def test_two_processes_train_as_one_does(train_run, launched, tiny_model, tmp_path, loss):
    settings = {**QUICK, "loss": loss, "lora_r": 4, "cache_dir": str(tmp_path / "cache")}
    pairs = make_pairs(12)
    alone, expected = train_run(pairs=pairs, **{**settings, "cache_dir": ""})
    together = tmp_path / "together"
    status = launched(together, TrainingConfig(base_model=str(tiny_model), **settings), pairs)
    assert status.state == "succeeded", status
    rows, wanted = metrics(together), metrics(alone)
    assert [row["step"] for row in rows] == list(range(1, expected["steps"] + 1)), "written once"
    for figure in ("loss", "rewards/margins", "kl", "logps/chosen"):
        found = [row[figure] for row in rows]
        assert found == pytest.approx([row[figure] for row in wanted], rel=2e-3, abs=2e-4), figure
    mine, others = weights(together / "model"), weights(alone / "model")
    assert all(torch.allclose(mine[name], others[name], atol=2e-3) for name in others)
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize(("pairs", "own"), [(8, 4), (2, 1)])
def test_a_batch_is_shared_by_the_processes(monkeypatch, pairs, own):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert own_batch_size(TrainingConfig(base_model="m", batch_size=pairs)) == own


def test_a_batch_that_cannot_be_shared_evenly_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(ModelMisconfigured, match="batch_size 8 cannot be shared evenly by 3"):
        own_batch_size(TrainingConfig(base_model="m"))


@pytest.fixture
def second(monkeypatch):
    """This process is the second of two; call it with what its training comes to."""
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(command.signal, "signal", lambda *args: None)

    def run(run_dir, outcome):
        def train(run_dir):
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(command, "_train", train)
        return command.main([str(run_dir)])

    return run


def test_the_second_process_leaves_lock_and_files_to_the_first(second, tmp_path):
    assert locking.acquire(tmp_path) is not None, "the first has it"
    (tmp_path / "metrics.jsonl").write_text("{}\n")
    assert second(tmp_path, {"state": "succeeded"}) == 0
    assert not (tmp_path / "pid").exists()
    assert not (tmp_path / "result.json").exists()
    assert (tmp_path / "metrics.jsonl").read_text() == "{}\n"


def test_why_the_second_process_failed_is_the_runs_result(second, tmp_path):
    assert second(tmp_path, ModelMisconfigured("The batch is uneven.")) == 1
    assert read_json(tmp_path / "result.json")["reason"] == "The batch is uneven."


def test_the_first_word_counts(tmp_path):
    """A process that fails takes the others along, which then fail for want of it."""
    command._write_result(tmp_path, {"state": "failed", "reason": "Out of memory."})
    command._write_result(tmp_path, {"state": "failed", "reason": "Connection closed by peer."})
    assert read_json(tmp_path / "result.json")["reason"] == "Out of memory."


@pytest.mark.parametrize(
    ("count", "is_asked", "state"),
    [(1, False, "cancelled"), (2, True, "cancelled"), (2, False, "failed")],
)
def test_being_ended_is_being_cancelled_unless_another_process_died(
    monkeypatch, tmp_path, count, is_asked, state
):
    monkeypatch.setenv("WORLD_SIZE", str(count))
    monkeypatch.setattr(command.os, "_exit", lambda code: None)
    if is_asked:
        (tmp_path / "cancel").touch()
    command._cancel(tmp_path)
    assert read_json(tmp_path / "result.json")["state"] == state


def test_a_launcher_is_put_before_the_training(monkeypatch):
    assert process._launcher() == [sys.executable]
    monkeypatch.setenv("TRAINING_LAUNCHER", "accelerate launch --config_file '/etc/my fsdp.yaml'")
    assert process._launcher() == ["accelerate", "launch", "--config_file", "/etc/my fsdp.yaml"]


def test_a_sharded_model_is_held_against_itself_as_it_was(monkeypatch, tiny_model):
    full = TrainingConfig(base_model=str(tiny_model), method="full")
    assert load_models(full)[2] is None
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    _, model, reference = load_models(full)
    assert reference is not model
    for mine, other in zip(model.parameters(), reference.parameters(), strict=True):
        assert torch.equal(mine, other)


def test_a_run_is_not_written_over_by_a_process_that_comes_late(tmp_path, capsys):
    write_json(tmp_path / "result.json", {"state": "succeeded"})
    assert command.main([str(tmp_path)]) == 0
    assert "ended already" in capsys.readouterr().err
