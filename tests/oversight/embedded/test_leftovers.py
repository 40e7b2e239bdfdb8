"""What a killed supervisor left is known by its mark and ended; nobody else is touched."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from oversight.embedded.leftovers import end_leftovers, marked_environment, reap_strangers

pytestmark = pytest.mark.fault("database")
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time;"
    " time.sleep(600)'], start_new_session=True); print('on', flush=True); time.sleep(600)",
]
TRAINER = [sys.executable, "-c", "import time; time.sleep(600)", "models_srv.training"]


def begin(command, environment):
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while psutil.Process(process.pid).cmdline() != command and time.monotonic() < deadline:
        time.sleep(0.01)
    return process


def test_they_and_what_they_started_are_ended(tmp_path):
    parent = begin(PARENT, marked_environment(tmp_path))
    parent.stdout.readline()
    (child,) = psutil.Process(parent.pid).children()
    assert end_leftovers(tmp_path) == 2
    parent.wait(5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_those_of_another_folder_a_training_and_everybody_else_go_on(tmp_path):
    others = [
        begin(SLEEPER, marked_environment(tmp_path / "another")),
        begin(TRAINER, marked_environment(tmp_path)),
        begin(SLEEPER, dict(os.environ)),
    ]
    try:
        assert end_leftovers(tmp_path) == 0
        assert [process.poll() for process in others] == [None, None, None]
    finally:
        for process in others:
            process.kill()
            process.wait()


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="this system cannot look without taking")
def test_children_that_nobody_waits_for_are_reaped_and_known_ones_left():
    held = subprocess.Popen(["true"])  # held: Python reaps those that it forgets
    stranger = held.pid
    while psutil.Process(stranger).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    reap_strangers({stranger})
    assert psutil.Process(stranger).status() == psutil.STATUS_ZOMBIE
    reap_strangers(set())
    assert not psutil.pid_exists(stranger)
    held.wait()
