"""What Docker asks each container."""

import http.server
import os
import runpy
import threading
import time
from pathlib import Path

import pytest

HEALTH = runpy.run_path(str(Path(__file__).resolve().parents[2] / "docker" / "health.py"))


@pytest.fixture
def web(monkeypatch):
    """A server that answers those alone who ask for its host."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200 if self.headers["Host"] == "oversight.example" else 400)
            self.end_headers()

        def log_message(self, *_):
            """Silence."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PORT", str(server.server_port))
    yield asked
    server.shutdown()
    server.server_close()


def test_the_web_server_is_asked_by_a_name_of_its_own(web, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", ".oversight.example,other.example")
    assert HEALTH["is_web_ready"]()
    assert web == ["/readyz"]
    monkeypatch.setenv("ALLOWED_HOSTS", "other.example")
    assert not HEALTH["is_web_ready"]()


def test_no_answer_is_no_health(monkeypatch):
    monkeypatch.setenv("PORT", "1")
    assert not HEALTH["is_web_ready"]()


def test_a_worker_is_alive_while_it_says_so(tmp_path, monkeypatch):
    alive = tmp_path / "alive"
    monkeypatch.setenv("ALIVE_FILE", str(alive))
    assert not HEALTH["is_worker_alive"]()
    alive.touch()
    assert HEALTH["is_worker_alive"]()
    os.utime(alive, (time.time() - 90, time.time() - 90))
    assert not HEALTH["is_worker_alive"]()
