"""Children are started, restarted when they die, and none is left behind."""

import signal
import sys
import threading
import time

import psutil
import pytest

from oversight.embedded.supervisor import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True);"
    "time.sleep(600)",
]


@pytest.fixture
def supervisor(tmp_path):
    supervisor = Supervisor(tmp_path / "log")
    yield supervisor
    supervisor.stop()


def wait_until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_child_that_dies_is_started_again(supervisor, capsys):
    child = Child("sleeper", SLEEPER)
    supervisor.add(child)
    first = child.process.pid
    watching = threading.Thread(target=supervisor.watch, daemon=True)
    watching.start()
    child.process.kill()
    wait_until(lambda: child.process.pid != first)
    assert child.process.poll() is None
    assert "sleeper ended (-9); starting it again" in capsys.readouterr().out


def test_a_child_that_keeps_dying_is_started_ever_more_rarely(supervisor):
    child = Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    supervisor.add(child)
    pauses = []
    for _ in range(3):
        child.process.wait()
        supervisor._revive(child)
        pauses.append(child.not_before - time.monotonic())
        child.not_before = time.monotonic()
        supervisor._revive(child)
    assert pauses == sorted(pauses)
    assert pauses[-1] > 2 * pauses[0]


def test_stopping_ends_all_even_those_that_will_not(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("oversight.embedded.supervisor.STOP_SECONDS", 0.5)
    polite, stubborn = Child("polite", SLEEPER), Child("stubborn", STUBBORN, signal.SIGTERM)
    supervisor.add(polite)
    supervisor.add(stubborn)
    wait_until(lambda: "on" in (tmp_path / "log/stubborn.log").read_text())
    supervisor.stop()
    for child in (polite, stubborn):
        child.process.wait(5)
        assert not psutil.pid_exists(child.process.pid)


@pytest.mark.fault("database")
def test_a_child_that_lives_and_does_not_answer_is_replaced(supervisor, capsys, monkeypatch):
    monkeypatch.setattr("oversight.embedded.supervisor.ASK_SECONDS", 0.1)
    monkeypatch.setattr("oversight.embedded.supervisor.SILENCE_SECONDS", 0.5)
    answers = {"redis": True}
    child = Child("redis", SLEEPER, answers=lambda: answers["redis"])
    supervisor.add(child)
    first = child.process.pid
    threading.Thread(target=supervisor.watch, daemon=True).start()
    time.sleep(1.0)
    assert child.process.pid == first
    answers["redis"] = False
    wait_until(lambda: child.process.pid != first)
    assert "redis does not answer; ending it." in capsys.readouterr().out


@pytest.mark.fault("database")
def test_it_watches_until_something_has_come_about(supervisor):
    turns = []
    supervisor.watch(lambda: turns.append(1), until=lambda: len(turns) == 2)
    assert len(turns) == 2


@pytest.mark.fault("database")
def test_what_it_starts_is_given_its_environment(tmp_path):
    supervisor = Supervisor(tmp_path / "log", {"WHOSE": "ours"})
    child = Child("told", [sys.executable, "-c", "import os; print(os.environ['WHOSE'])"])
    supervisor.add(child)
    child.process.wait(20)
    assert (tmp_path / "log" / "told.log").read_text() == "ours\n"
