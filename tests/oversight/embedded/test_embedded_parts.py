"""What can go wrong before anything runs is said in one clear line."""

import os
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest

from oversight.embedded import EmbeddedError, paths, postgres, var_folder
from oversight.embedded.paths import socket_path

ROOT = Path(__file__).resolve().parents[3]
Usage = namedtuple("Usage", "total used free")


def test_a_full_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.shutil, "disk_usage", lambda path: Usage(10, 10, 5 * 2**20))
    with pytest.raises(EmbeddedError, match="has 5 MiB free; at least 200 MiB are needed"):
        postgres.start_postgres(tmp_path)


def test_a_state_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OVERSIGHT_VAR", str(tmp_path / "file" / "var"))
    with pytest.raises(EmbeddedError, match="cannot make the state folder"):
        var_folder()


@pytest.mark.fault("database")
def test_a_state_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(paths.os, "access", lambda path, mode: False)
    with pytest.raises(EmbeddedError, match="cannot write to the state folder"):
        postgres.start_postgres(tmp_path)


def test_a_socket_path_that_is_too_long_moves_to_the_temporary_folder(tmp_path, monkeypatch):
    assert socket_path(Path("/short"), "redis.sock") == Path("/short/redis.sock")
    monkeypatch.setattr(paths.tempfile, "gettempdir", lambda: str(tmp_path))
    long = Path("/" + "x" * 120)
    found = socket_path(long, "redis.sock")
    assert len(str(found)) <= len(str(tmp_path)) + 40
    assert found == socket_path(long, "redis.sock")


@pytest.fixture
def short_path():
    """A temporary folder with room for a socket's name, wherever the tests run."""
    with tempfile.TemporaryDirectory(prefix="o", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.fault("database")
def test_a_socket_path_counts_in_bytes_and_holds_no_signs_of_addresses(short_path, monkeypatch):
    monkeypatch.setattr(paths.tempfile, "gettempdir", lambda: str(short_path))
    for odd in ("/" + "ü" * 60, "/a,b", "/a b", "/100%", "/a?b", "/a#b"):
        assert socket_path(Path(odd), "redis.sock").parent.parent == short_path


@pytest.mark.fault("database")
def test_a_folder_among_the_temporary_ones_that_others_may_write_to_is_not_used(
    short_path, monkeypatch
):
    monkeypatch.setattr(paths.tempfile, "gettempdir", lambda: str(short_path))
    socket_path(Path("/a b"), "redis.sock").parent.chmod(0o777)
    with pytest.raises(EmbeddedError, match="is not this program's own folder"):
        socket_path(Path("/a b"), "redis.sock")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("PORT", "eighty", "PORT must be a positive whole number, not 'eighty'."),
        ("OVERSIGHT_VAR", "/proc/nothing", "cannot make the state folder /proc/nothing"),
    ],
)
def test_a_wrong_setting_is_one_line(variable, value, words):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=os.environ | {variable: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_command_on_a_fresh_checkout_finds_its_tables(tmp_path):
    without = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "manage.py", "run_round", "--campaign", "nowhere"],
        cwd=ROOT,
        env=without | {"OVERSIGHT_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip() == "CommandError: there is no campaign 'nowhere'"
