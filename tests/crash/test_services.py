"""PostgreSQL, Redis and `manage.py up` itself killed, hung and asked to stop, at bad moments."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from oversight.embedded.postgres import stop_postgres
from oversight.embedded.postgres_processes import POLITE, end_processes, processes_of
from oversight.embedded.redis_server import _is_of, is_alive
from tests.crash.starts import AS_PROCESS_1, Start, can_be_process_1, left_in, new_port

pytestmark = [pytest.mark.slow, pytest.mark.fault("database"), pytest.mark.timeout(900)]

STOP_SECONDS = 60
BACK_SECONDS = 120


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Start]]:
    port, starts = new_port(), []

    def begin(*before: str) -> Start:
        starts.append(Start(tmp_path, port, list(before)))
        return starts[-1]

    yield begin
    for start in starts:
        for process in _family(start):
            with suppress(psutil.Error):
                process.kill()
        start.process.wait(STOP_SECONDS)
    stop_postgres(tmp_path)


@pytest.mark.parametrize("is_process_1", [False, True], ids=["a process", "process 1"])
def test_postgresql_and_redis_come_back_whatever_is_done_to_them(begin, tmp_path, is_process_1):
    if is_process_1 and not can_be_process_1():
        pytest.skip("no new pid namespace is allowed here: it takes root, and a host that lets it")
    start = begin(*(AS_PROCESS_1 if is_process_1 else []))
    start.wait_until_ready()
    for harm in (_kill_head, _kill_all, _stop_while_it_recovers, _kill_and_stop_at_once):
        harm(tmp_path / "postgres")
        _wait_for_other_processes(start, tmp_path)
        start.wait_until_page(BACK_SECONDS)
        assert start.process.poll() is None, start.said()
    for harm in (psutil.Process.kill, psutil.Process.suspend):
        for process in _redis(tmp_path):
            harm(process)
        _wait_for(lambda: is_alive(tmp_path), start)
    ending = _family(start)[-1] if is_process_1 else psutil.Process(start.process.pid)
    ending.terminate()
    start.process.wait(STOP_SECONDS)
    assert left_in(tmp_path) == []
    assert len(start.said()) < 5000
    assert "Traceback" not in start.said()


def test_it_starts_at_once_after_it_was_killed(begin, tmp_path):
    start = begin()
    start.wait_until_ready()
    for is_all in (False, True):
        if is_all:
            start.process.kill()
            for process in psutil.process_iter():
                if _is_in(process, tmp_path):
                    process.kill()
            time.sleep(0.2)
        else:
            _leave_stubborn_processes(start)
        start.process.wait(STOP_SECONDS)
        start = begin()
        start.wait_until_ready()
        start.wait_until_page()
        assert is_all or "that a start which was killed had left" in start.said()
    second = begin()
    assert second.process.wait(STOP_SECONDS) == 1
    assert len(second.said().strip().splitlines()) == 1
    assert f"runs already on {tmp_path} (process {start.process.pid})" in second.said()
    start.process.send_signal(signal.SIGTERM)
    start.process.send_signal(signal.SIGTERM)
    start.process.wait(STOP_SECONDS)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_every_moment_of_its_start(begin, tmp_path, number):
    for seconds in (0.5, 1.0, 2.0, 3.0, 4.5, 6.0, 8.0):
        start = begin()
        time.sleep(seconds)
        start.process.send_signal(number)
        time.sleep(0.05)
        start.process.send_signal(number)  # twice, as people do
        start.process.wait(STOP_SECONDS)
        assert left_in(tmp_path) == [], start.said()
        assert "Traceback" not in start.said()


def _family(start: Start) -> list[psutil.Process]:
    """Return what was started and, where that is `unshare`, its one child: process 1."""
    with suppress(psutil.Error):
        whole = psutil.Process(start.process.pid)
        first = whole.children()[:1] if whole.name() == "unshare" else []
        return [whole, *first]
    return []


def _kill_head(pgdata: Path) -> None:
    pids = {process.pid for process in processes_of(pgdata)}
    for process in processes_of(pgdata):
        if process.ppid() not in pids:
            process.kill()


def _kill_all(pgdata: Path) -> None:
    for process in processes_of(pgdata):
        with suppress(psutil.Error):
            process.kill()


def _stop_while_it_recovers(pgdata: Path) -> None:
    _kill_all(pgdata)
    deadline = time.monotonic() + BACK_SECONDS
    while not processes_of(pgdata) and time.monotonic() < deadline:
        time.sleep(0.01)
    end_processes(pgdata, POLITE)


def _kill_and_stop_at_once(pgdata: Path) -> None:
    _kill_head(pgdata)
    end_processes(pgdata, POLITE)


def _wait_for_other_processes(start: Start, folder: Path) -> None:
    _wait_for(lambda: bool(processes_of(folder / "postgres")), start)


def _wait_for(condition: Callable[[], bool], start: Start) -> None:
    deadline = time.monotonic() + BACK_SECONDS
    while not condition():
        assert time.monotonic() < deadline, start.said()
        time.sleep(0.1)


def _redis(folder: Path) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _is_of(process, folder)]


def _leave_stubborn_processes(start: Start) -> None:
    """Kill it so that its children cannot end by themselves; the web server keeps the port."""
    children = psutil.Process(start.process.pid).children(recursive=True)
    for child in children:
        if "postgres" not in child.name():
            child.suspend()
    start.process.kill()


def _is_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process in processes_of(folder / "postgres") or str(folder) in process.environ().get(
            "OVERSIGHT_VAR", ""
        )
    except psutil.Error:
        return False
