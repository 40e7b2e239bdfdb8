"""Training in a real process: its lock, its end, its signals."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from models_srv.training import (
    TrainingConfig,
    TrainingRefusedError,
    cancel_training,
    locking,
    process,
    read_metrics,
    start_training,
    training_status,
)
from tests.models_srv.training.conftest import QUICK, make_pairs, write_run

LONG = {**QUICK, "epochs": 100_000}


@pytest.fixture
def make_run(tmp_path, tiny_model):
    made = []

    def make(pairs=None, **settings):
        config = TrainingConfig(**{"base_model": str(tiny_model), **QUICK, **settings})
        run_dir = write_run(tmp_path / f"run{len(made)}", config, pairs or make_pairs())
        made.append(run_dir)
        return run_dir

    yield make
    for run_dir in made:
        cancel_training(run_dir)


def wait_until(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)
    return value


def ended(run_dir):
    status = training_status(run_dir)
    return status if status.state != "running" else None


def test_a_run_succeeds_and_survives_the_death_of_its_parent(make_run):
    run_dir = make_run(max_steps=3)
    code = "import pathlib, sys; from models_srv.training import start_training as s;"
    code += "print(s(pathlib.Path(sys.argv[1])))"
    parent = subprocess.run(
        [sys.executable, "-c", code, str(run_dir)], capture_output=True, text=True, check=True
    )
    assert training_status(run_dir).state == "running", "from the first moment, without a gap"
    status = wait_until(lambda: ended(run_dir))
    assert status.state == "succeeded", status
    assert status.pid == int(parent.stdout)
    assert status.result["steps"] == 3
    rows, offset = read_metrics(run_dir)
    assert [row["step"] for row in rows] == [1, 2, 3]
    assert read_metrics(run_dir, offset) == ([], offset)
    with pytest.raises(TrainingRefusedError, match="ended already"):
        start_training(run_dir)


def test_one_process_a_run_then_sigterm_then_kill(make_run):
    """One long run serves three questions, since each process takes seconds to import its tools."""
    run_dir = make_run(**LONG)
    pid = start_training(run_dir)
    with pytest.raises(TrainingRefusedError, match="already running"):
        start_training(run_dir)
    second = subprocess.run(
        [sys.executable, "-m", "models_srv.training", str(run_dir)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (second.returncode, second.stderr) == (75, "already running\n")
    wait_until(lambda: read_metrics(run_dir)[0])
    assert cancel_training(run_dir)
    started = time.monotonic()
    status = wait_until(lambda: ended(run_dir), seconds=5)
    assert time.monotonic() - started < 3
    assert (status.state, status.pid) == ("cancelled", pid)
    assert status.result["reason"] == "Cancelled."
    assert not cancel_training(run_dir), "there is nothing left to ask"


def test_a_killed_run_is_lost_and_may_be_started_again(make_run):
    run_dir = make_run(**LONG)
    pid = start_training(run_dir)
    wait_until((run_dir / "pid").exists)
    os.kill(pid, signal.SIGKILL)
    (run_dir / "log.txt").write_text("about to run out of memory\n")
    status = wait_until(lambda: ended(run_dir))
    assert status.state == "lost"
    assert "without a result" in status.reason
    assert "about to run out of memory" in status.reason
    again = start_training(run_dir)
    assert training_status(run_dir).state == "running"
    wait_until(lambda: (run_dir / "pid").read_text() == str(again))
    cancel_training(run_dir)
    assert wait_until(lambda: ended(run_dir)).state == "cancelled"


def test_an_empty_pairs_file_fails_with_a_reason(make_run):
    run_dir = make_run()
    (run_dir / "pairs.jsonl").write_text("")
    start_training(run_dir)
    status = wait_until(lambda: ended(run_dir))
    assert (status.state, status.reason) == (
        "failed",
        "pairs.jsonl holds no pairs: there is nothing to train on.",
    )
    assert "ModelMisconfigured" in status.result["trace"]
    assert not (run_dir / ".reserve").exists()


def test_a_run_cancelled_before_it_began_does_not_begin(make_run):
    run_dir = make_run()
    assert not cancel_training(run_dir)
    assert training_status(run_dir).state == "cancelled"
    with pytest.raises(TrainingRefusedError):
        start_training(run_dir)


def test_a_pid_without_a_lock_is_never_signalled(make_run, monkeypatch):
    """The number may belong to another program by now."""
    run_dir = make_run()
    (run_dir / "pid").write_text(str(os.getpid()))
    monkeypatch.setattr(os, "kill", lambda *args: pytest.fail("it signalled a stranger"))
    assert not cancel_training(run_dir)


def test_a_torn_last_line_waits_for_the_rest(tmp_path):
    path = tmp_path / "metrics.jsonl"
    assert read_metrics(tmp_path) == ([], 0)
    whole = json.dumps({"step": 1}) + "\n"
    path.write_text(whole + '{"step": 2, "lo')
    rows, offset = read_metrics(tmp_path)
    assert (rows, offset) == ([{"step": 1}], len(whole))
    with path.open("a") as stream:
        stream.write('ss": 1}\n')
    assert read_metrics(tmp_path, offset)[0] == [{"step": 2, "loss": 1}]


def test_looking_at_the_lock_never_keeps_a_start_out(tmp_path):
    assert not locking.is_held(tmp_path)
    for _ in range(50):
        handle = locking.acquire(tmp_path)
        assert handle is not None
        assert locking.is_held(tmp_path)
        os.close(handle)
        assert not locking.is_held(tmp_path)


def test_watching_a_run_needs_no_heavy_import():
    code = "import sys, models_srv.training, models_srv.backends, models_srv.dpo;"
    code += "print({'torch', 'transformers', 'trl', 'peft', 'datasets'} & set(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout == "set()\n"


def test_the_child_tells_nobody_what_it_trains():
    environment = process._environment(threads=2)
    assert environment["HF_HUB_DISABLE_TELEMETRY"] == "1"
    assert environment["OMP_NUM_THREADS"] == "2"
