"""Starting everything: what stands in the way is said in one line."""

import os
import signal
import socket
from contextlib import suppress

import psutil
import pytest
from django.core.management.base import CommandError

from benchmarks.stack import Stack
from oversight.management.commands.up import _require_free_port, _take_lock


def test_a_busy_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"127.0.0.1:{port}.*PORT={port + 1} make run"):
            _require_free_port("127.0.0.1", port)


def test_a_second_start_on_the_same_folder(tmp_path):
    lock = _take_lock(tmp_path)
    with pytest.raises(CommandError, match=rf"runs already.*process {os.getpid()}"):
        _take_lock(tmp_path)
    lock.close()


def test_what_a_killed_process_left_is_no_lock(tmp_path):
    (tmp_path / "up.lock").write_text("999999999")
    lock = _take_lock(tmp_path)
    assert (tmp_path / "up.lock").read_text() == str(os.getpid())
    lock.close()


def test_it_stops_even_where_a_shell_made_it_ignore_ctrl_c(tmp_path):
    ignoring = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as for a shell's background job
    try:
        stack = Stack(tmp_path)
        stack.__enter__()
    finally:
        signal.signal(signal.SIGINT, ignoring)
    stack.__exit__(None, None, None)
    assert stack.process.returncode == 0
    assert "All stopped" in (tmp_path / "up.log").read_text()
    assert not _processes_of(tmp_path)


def _processes_of(folder):
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(str(folder) in word for word in process.cmdline()):
                found.append(process.cmdline())
    return found
