"""Keeps a handful of processes running: starts them, restarts what dies, stops all together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MAX_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 20.0
STOP_SECONDS = 8.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One supervised process. `stop_signal` is what makes it end at once, losing nothing."""

    name: str
    command: Sequence[str]
    stop_signal: signal.Signals = signal.SIGTERM
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    restarts: int = 0
    not_before: float = field(default=0.0)

    def start(self, log_folder: Path) -> None:
        with (log_folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own, so that Ctrl-C reaches only us and we choose the signal.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.started_at = time.monotonic()

    def stop(self, signal_: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal_)

    def kill_group(self) -> None:
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


class Supervisor:
    """Runs children until it is told to stop. `log_folder` gets one log per child."""

    def __init__(self, log_folder: Path) -> None:
        self.log_folder = log_folder
        self.children: list[Child] = []
        self.is_stopping = False
        log_folder.mkdir(parents=True, exist_ok=True)

    def add(self, child: Child) -> None:
        self.children.append(child)
        child.start(self.log_folder)

    def watch(self, besides: Callable[[], None] = lambda: None) -> None:
        """Restart what ends by itself, with a growing pause, until `is_stopping`.

        `besides` is called at every turn: it sees to what is no child of this process.
        """
        while not self.is_stopping:
            besides()
            for child in self.children:
                self._revive(child)
            time.sleep(0.3)

    def stop(self) -> None:
        """Ask all to stop, then kill what is left after STOP_SECONDS. Last started, first stopped."""
        self.is_stopping = True
        for child in reversed(self.children):
            child.stop(child.stop_signal)
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            if child.process:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, deadline - time.monotonic()))
            child.kill_group()

    def _revive(self, child: Child) -> None:
        if child.process is None or child.process.poll() is None:
            return
        now = time.monotonic()
        if child.not_before == 0.0:
            steady = now - child.started_at > STEADY_SECONDS
            child.restarts = 0 if steady else child.restarts + 1
            pause = 0.0 if steady else min(2.0**child.restarts / 2, MAX_PAUSE_SECONDS)
            child.not_before = now + pause
            log = self.log_folder / f"{child.name}.log"
            code = child.process.returncode
            print(f"{child.name} ended ({code}); starting it again. Its log: {log}", flush=True)
            child.kill_group()
        if now >= child.not_before:
            child.not_before = 0.0
            child.start(self.log_folder)


def _die_with_parent() -> None:
    """Ask the kernel to end this child should the supervisor be killed outright (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
