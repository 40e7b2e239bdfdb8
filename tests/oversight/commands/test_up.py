"""Starting everything: what stands in the way is said in one line."""

import os
import socket

import pytest
from django.core.management.base import CommandError

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
