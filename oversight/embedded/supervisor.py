"""Keeps a handful of processes running: starts them, restarts what dies, stops all together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .leftovers import reap_strangers

MAX_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 20.0
STOP_SECONDS = 8.0
ASK_SECONDS = 5.0
SILENCE_SECONDS = 15.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One supervised process. `stop_signal` is what makes it end at once, losing nothing.

    `answers`, where there is such a question, tells whether it still does its work. `descriptors` are
    files of this process that it finds open, however often it is started.
    """

    name: str
    command: Sequence[str]
    stop_signal: signal.Signals = signal.SIGTERM
    answers: Callable[[], bool] | None = None
    descriptors: Sequence[int] = ()
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    restarts: int = 0
    not_before: float = field(default=0.0)
    answered_at: float = 0.0
    asked_at: float = 0.0

    def start(self, log_folder: Path, environment: Mapping[str, str] | None = None) -> None:
        with (log_folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own, so that Ctrl-C reaches only us and we choose the signal.
                start_new_session=True,
                preexec_fn=lambda: _die_with_parent(self.stop_signal),
                env=environment,
                pass_fds=self.descriptors,
            )
        self.started_at = self.answered_at = time.monotonic()

    def is_silent(self) -> bool:
        """Whether it lives and has not answered for SILENCE_SECONDS; it is asked at intervals."""
        now = time.monotonic()
        if self.answers is None or now - self.asked_at < ASK_SECONDS:
            return False
        self.asked_at = now
        if self.answers():
            self.answered_at = now
        return now - self.answered_at > SILENCE_SECONDS

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
    """Runs children until it is told to stop. `log_folder` gets one log per child.

    They get `environment`, where one is given, in place of this process's own.
    """

    def __init__(self, log_folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.log_folder = log_folder
        self.environment = environment
        self.children: list[Child] = []
        self.is_stopping = False
        log_folder.mkdir(parents=True, exist_ok=True)

    def add(self, child: Child) -> None:
        self.children.append(child)
        child.start(self.log_folder, self.environment)

    def watch(
        self,
        besides: Callable[[], None] = lambda: None,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Restart what ends by itself, with a growing pause, until `is_stopping` or `until` says so.

        `besides` is called at every turn: it sees to what is no child of this process.
        """
        while not self.is_stopping and not until():
            besides()
            for child in self.children:
                if child.is_silent():
                    print(f"{child.name} does not answer; ending it.", flush=True)
                    child.kill_group()
                self._revive(child)
            reap_strangers({child.process.pid for child in self.children if child.process})
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
            child.start(self.log_folder, self.environment)


def _die_with_parent(stop_signal: signal.Signals) -> None:
    """Ask the kernel to end this child should the supervisor be killed outright (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, stop_signal)
