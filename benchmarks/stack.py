"""A whole Oversight in a folder of its own: for benchmarks and for the crash test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import psutil

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 300  # on a busy machine its migrations alone take minutes
STOP_SECONDS = 60


def free_port() -> int:
    """Return a port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Stack:
    """`manage.py up` with state in `folder`. Use it in a `with` statement."""

    def __init__(self, folder: Path, extra_env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        without = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.env = without | {
            "OVERSIGHT_VAR": str(folder),
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            **(extra_env or {}),
        }

    def __enter__(self) -> "Stack":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = (self.folder / "up.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--no-demo"],
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        try:
            self._wait_until_announced()
        except BaseException:
            self.close()  # who never entered does not leave either
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop it by Ctrl-C; do nothing where it has stopped."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        finally:
            self.log.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str) -> str:
        """Run a management command beside the stack; return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def processes(self, *words: str) -> list[psutil.Process]:
        """Return the stack's living processes whose command line has every word."""
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                if all(word in process.cmdline() for word in words):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def _wait_until_announced(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        text = ""
        while "Ctrl-C stops all" not in text:
            text = (self.folder / "up.log").read_text(errors="replace")
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"`manage.py up` did not start: {text[-2000:]}")
            time.sleep(0.1)
