"""Counts of several processes are added up; nothing in them names a text or an id."""

import os
import subprocess
import sys

from oversight.telemetry.metrics import exposition, forget_counts, serve_counts

COUNT = """
from oversight.telemetry.metrics import REQUESTS, TOKENS
REQUESTS.labels("GET", "campaigns/<slug:slug>/", "200").inc()
TOKENS.labels("critic", "vllm:8000", "completion").inc(20)
"""


def count(folder):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    subprocess.run([sys.executable, "-c", COUNT], check=True, env=environment)


def test_processes_are_added_up_until_all_begin_anew(tmp_path):
    count(tmp_path)
    count(tmp_path)
    text = exposition(folder=tmp_path).decode()
    route = 'method="GET",route="campaigns/<slug:slug>/",status="200"'
    assert f"oversight_requests_total{{{route}}} 2.0" in text
    assert 'kind="completion",role="critic",server="vllm:8000"} 40.0' in text
    forget_counts(tmp_path)
    assert "oversight_requests_total{" not in exposition(folder=tmp_path).decode()


def test_figures_are_read_as_they_are_asked_for(tmp_path):
    text = exposition(
        [("oversight_due_units", "Due.", "queue", {"control": 3})], folder=tmp_path
    ).decode()
    assert 'oversight_due_units{queue="control"} 3.0' in text


def test_a_second_worker_of_a_machine_goes_without(tmp_path, caplog):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        serve_counts(*taken.getsockname(), folder=tmp_path)
    assert "metrics are not served" in caplog.text
