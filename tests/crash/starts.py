"""`manage.py up` in a process of its own, or as process 1: started, killed and asked to stop."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

from benchmarks.stack import ROOT, free_port
from oversight.embedded.leftovers import MARK
from oversight.embedded.postgres_processes import processes_of

UP = [sys.executable, "manage.py", "up", "--no-demo"]
# As in a container: a pid namespace of its own, whose first process is `manage.py up`.
AS_PROCESS_1 = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
READY_SECONDS = 240


def can_be_process_1() -> bool:
    done = subprocess.run([*AS_PROCESS_1, "true"], capture_output=True, check=False)
    return done.returncode == 0


class Start:
    """One start of everything in `folder`, at `port`."""

    def __init__(self, folder: Path, port: int, before: list[str] | None = None) -> None:
        self.folder, self.port = folder, port
        folder.mkdir(parents=True, exist_ok=True)
        without = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.log = folder / f"up-{time.time_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*(before or []), *UP],
                cwd=ROOT,
                env=without | {"OVERSIGHT_VAR": str(folder), "PORT": str(port)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while "Ctrl-C stops all" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def wait_until_page(self, seconds: float = 60) -> None:
        """Wait until a page that asks the database is answered."""
        deadline = time.monotonic() + seconds
        while not self.has_page():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def has_page(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def left_in(folder: Path) -> list[str]:
    """Return what runs of this folder's stack, but the process that was started first."""
    return [
        *(" ".join(process.cmdline()) for process in _marked(folder)),
        *(f"PostgreSQL {process.pid}" for process in processes_of(folder / "postgres")),
    ]


def _marked(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(folder):
                found.append(process)
        except psutil.Error:
            continue
    return found


def new_port() -> int:
    return free_port()
