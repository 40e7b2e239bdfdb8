"""The embedded PostgreSQL is judged by whether it answers, and comes back whatever was done to it."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from oversight.embedded import EmbeddedError, postgres, postgres_folder, postgres_processes
from oversight.embedded.keeping import PostgresKeeper
from oversight.embedded.locks import exclusive
from oversight.embedded.postgres import is_postgres_alive, start_postgres, stop_postgres
from oversight.embedded.postgres_processes import answers, processes_of

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.fault("database")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a database: making one is the slowest part of each of these tests."""
    var = tmp_path_factory.mktemp("database")
    start_postgres(var)
    yield var
    stop_postgres(var)


@pytest.fixture
def var(home):
    start_postgres(home)
    return home


def one(var):
    with psycopg.connect(postgres.postgres_url(var), connect_timeout=5) as connection:
        return connection.execute("select 1").fetchone()[0]


def head(var):
    pids = {process.pid for process in processes_of(var / "postgres")}
    return next(p for p in processes_of(var / "postgres") if p.ppid() not in pids)


def kill_all(var):
    for process in processes_of(var / "postgres"):
        with suppress(psutil.Error):
            process.kill()


def test_it_is_at_once_back_after_everything_of_it_was_killed(var):
    kill_all(var)
    start_postgres(var)
    assert one(var) == 1


def test_it_is_back_after_only_its_head_was_killed(var):
    head(var).kill()
    start_postgres(var)
    assert one(var) == 1


def test_a_server_that_hangs_is_ended_and_another_one_started(var, monkeypatch):
    monkeypatch.setattr(postgres, "SILENCE_SECONDS", 0.5)
    stopped = head(var)
    stopped.suspend()
    start_postgres(var)
    assert one(var) == 1
    assert not stopped.is_running()


def test_a_server_that_hangs_can_be_stopped(var, monkeypatch):
    steps = ((signal.SIGINT, 0.3), (signal.SIGQUIT, 0.3), (signal.SIGKILL, 10.0))
    monkeypatch.setattr(postgres_processes.end_processes, "__defaults__", (steps,))
    for process in processes_of(var / "postgres"):
        process.suspend()
    stop_postgres(var)
    assert processes_of(var / "postgres") == []
    assert not (var / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.4])
def test_it_stops_while_it_recovers_and_starts_again(var, delay):
    with psycopg.connect(postgres.postgres_url(var), autocommit=True) as connection:
        connection.execute("create table if not exists filled (text text)")
        connection.execute(
            "insert into filled select repeat('x', 500) from generate_series(1, 20000)"
        )
    kill_all(var)
    back = threading.Thread(target=start_postgres, args=[var])
    back.start()
    time.sleep(delay)
    stop_postgres(var)
    back.join()
    start_postgres(var)
    assert one(var) == 1
    stop_postgres(var)
    assert processes_of(var / "postgres") == []


@pytest.mark.parametrize(
    "content",
    [
        "-1\n",
        "-7\n/x\n1\n5432\n",
        "0\n",
        "",
        "garbage\n",
        "99999999999999999999\n",
        "\0\xff\n",
        None,
    ],
)
def test_a_pid_file_that_means_nothing_is_no_obstacle(var, content):
    kill_all(var)
    while processes_of(var / "postgres"):
        time.sleep(0.02)
    file = var / "postgres" / "postmaster.pid"
    file.unlink(missing_ok=True)
    text = f"{os.getppid()}\n{var / 'postgres'}\n1\n5432\n" if content is None else content
    file.write_text(text)
    start_postgres(var)
    assert one(var) == 1


def test_a_socket_and_its_lock_that_a_killed_server_left_are_no_obstacle(var):
    kill_all(var)
    socket = var / "postgres" / ".s.PGSQL.5432"
    socket.unlink(missing_ok=True)
    socket.write_text("")
    socket.with_name(".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    start_postgres(var)
    assert one(var) == 1


def test_one_that_recovers_is_alive_and_none_is_not(var):
    assert is_postgres_alive(var)
    stop_postgres(var)
    assert not is_postgres_alive(var)
    (var / "postgres" / "postmaster.pid").write_text("1\nx\n1\n5432\nx\n\n \nstarting\n")
    assert not is_postgres_alive(var)


def test_as_many_connections_as_it_can_bear_are_an_answer(var):
    with psycopg.connect(postgres.postgres_url(var), autocommit=True) as connection:
        connection.execute("alter role postgres connection limit 0")
        try:
            assert answers(var / "postgres")
        finally:
            connection.execute("alter role postgres connection limit -1")


def test_two_that_start_it_at_once_start_one(var):
    stop_postgres(var)
    starts = [threading.Thread(target=start_postgres, args=[var]) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    heads = {process.ppid() for process in processes_of(var / "postgres")}
    assert len(heads - {p.pid for p in processes_of(var / "postgres")}) == 1
    assert one(var) == 1


def test_a_server_that_cannot_be_seen_keeps_a_second_one_away(var, monkeypatch):
    monkeypatch.setattr(postgres, "answers", lambda pgdata: False)
    monkeypatch.setattr(postgres, "processes_of", lambda pgdata: [])
    monkeypatch.setattr(postgres, "end_processes", lambda *pgdata: None)
    monkeypatch.setattr(postgres, "RUNNING_SECONDS", 0.1)
    with pytest.raises(EmbeddedError, match="cannot be seen from here"):
        start_postgres(var)
    monkeypatch.undo()
    assert one(var) == 1


def test_why_it_did_not_start_is_one_line_with_the_path_of_the_log(var):
    stop_postgres(var)
    settings = var / "postgres" / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text("shared_buffers = 'much'\n")
    try:
        with pytest.raises(EmbeddedError) as raised:
            start_postgres(var)
    finally:
        settings.write_text(before)
    said = str(raised.value)
    assert "shared_buffers" in said or "configuration file" in said
    assert str(var / "postgres" / "log") in said
    assert len(said) < 600
    assert "\n" not in said


def test_what_other_programs_are_told_about_postgresql_does_not_confuse_it(var, monkeypatch):
    stop_postgres(var)
    for name in ("PGPORT", "PGDATA", "LC_ALL", "LANG"):
        monkeypatch.setenv(name, "7777")
    start_postgres(var)
    assert one(var) == 1


def test_data_is_made_where_the_locale_is_missing_and_the_path_is_odd(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    monkeypatch.setenv("LANG", "xx_XX.UTF-8")
    var = tmp_path / ("long, with a comma and 100 % ünusual signs " * 3)
    var.mkdir()
    try:
        assert start_postgres(var) == postgres.postgres_url(var)
        with psycopg.connect(postgres.postgres_url(var)) as connection:
            assert connection.execute("select lower('ÄÉ') || 'z'").fetchone()[0] == "äéz"
    finally:
        stop_postgres(var)


def test_data_that_was_half_made_is_set_aside(tmp_path):
    half = tmp_path / "postgres"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    try:
        start_postgres(tmp_path)
        assert one(tmp_path) == 1
        assert [path.name for path in tmp_path.glob("postgres.unfinished-*/*")] == ["PG_VERSION"]
    finally:
        stop_postgres(tmp_path)


def test_why_data_could_not_be_made_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres_folder, "LOCALE", ["--encoding=none such"])
    with pytest.raises(EmbeddedError, match=r"could not be made in .*none such") as raised:
        start_postgres(tmp_path)
    assert "\n" not in str(raised.value)


def test_somebody_who_holds_the_lock_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.2)
    held = exclusive(tmp_path / "postgres.lock", 1)
    with held, pytest.raises(EmbeddedError, match=rf"process {os.getpid()} has held"):
        start_postgres(tmp_path)


def test_it_stops_with_the_last_process_that_uses_it(tmp_path):
    program = (
        "import pathlib, sys; from oversight.embedded.postgres import start_postgres;"
        "start_postgres(pathlib.Path(sys.argv[1])); print('on', flush=True); sys.stdin.readline()"
    )

    def begin():
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "on\n"
        return process

    first, second = begin(), begin()
    first.communicate("\n")
    assert answers(tmp_path / "postgres")
    third = begin()
    third.kill()  # one that is killed uses it no longer
    third.communicate()
    second.communicate("\n")
    assert processes_of(tmp_path / "postgres") == []


def test_the_keeper_starts_it_again_and_says_a_reason_once(var, monkeypatch, capsys):
    keeper = PostgresKeeper(var)
    kill_all(var)
    keeper()
    assert one(var) == 1
    assert capsys.readouterr().out == "PostgreSQL does not answer; starting it again.\n"

    def refuse(var):
        raise EmbeddedError("the disk is full")

    monkeypatch.setattr("oversight.embedded.keeping.is_postgres_alive", lambda var: False)
    monkeypatch.setattr("oversight.embedded.keeping.start_postgres", refuse)
    pauses = []
    for _ in range(3):
        keeper._not_before = 0.0
        keeper()
        pauses.append(keeper._not_before - time.monotonic())
    assert pauses[0] < pauses[1] < pauses[2]
    assert capsys.readouterr().out.count("the disk is full") == 1
