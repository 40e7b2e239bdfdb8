"""Starting everything: what stands in the way is said in one line."""

import os
import socket
from urllib.request import urlopen

import pytest
from django.core.management.base import CommandError

from oversight.embedded.supervisor import Child, Supervisor
from oversight.management.commands.up import _take_lock, _take_port, _web_command

TINY = """
import os

def answer(environ, start_response):
    start_response("200 OK", [])
    return [str(os.getppid()).encode()]
"""


def test_a_busy_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        words = rf"Port {port} is in use: PORT={port + 1} make run"
        with pytest.raises(CommandError, match=words):
            _take_port("127.0.0.1", port)


def test_an_address_that_is_not_here():
    with pytest.raises(CommandError, match=r"cannot listen on 192.0.2.1:8000 .* HOST or PORT"):
        _take_port("192.0.2.1", 8000)


def test_nobody_else_gets_the_port_while_the_web_server_is_started_and_started_again(tmp_path):
    listener = _take_port("127.0.0.1", 0)
    port, descriptor = listener.getsockname()[1], listener.fileno()
    supervisor = Supervisor(tmp_path, os.environ | {"PYTHONPATH": str(tmp_path)})
    (tmp_path / "tiny.py").write_text(TINY)
    command = [*_web_command(f"fd://{descriptor}"), "tiny:answer"]
    command.remove("oversight.wsgi")
    web = Child("web", command, descriptors=[descriptor])
    supervisor.add(web)
    try:
        first = fetched(port)
        with pytest.raises(CommandError, match="is in use"):
            _take_port("127.0.0.1", port)
        web.kill_group()
        web.process.wait()
        with pytest.raises(CommandError, match="is in use"):
            _take_port("127.0.0.1", port)
        supervisor.watch(until=lambda: web.process.poll() is None)
        assert fetched(port) != first
    finally:
        supervisor.stop()
        listener.close()


def fetched(port):
    """Return what answers; whoever comes while nothing serves yet waits."""
    with urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
        return answer.read()


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
