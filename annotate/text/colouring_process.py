"""The process beside a web process that colours code, since only a process can be ended.

A lexer's regular expressions may take minutes over 20 kB that were made for it. The process forks
for each job; what it forked ends itself by its clock, whatever it is doing then.
"""

import os
import subprocess
import sys
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

SLOW, BUSY, READY = b"slow", b"busy", b"ready"
WAIT_SECONDS = 0.2  # for the text before
START_SECONDS = 0.5  # for the process to be ready; it goes on starting after that
ANSWER_SECONDS = 1.0  # more than a job may take, and to read a lexer for the first time
REST_SECONDS = 1.0  # after a text that took too long, so that many of them cost no more than one
ROOT = Path(__file__).resolve().parents[2]


class ColouringProcess:
    """Started at the first job, and again where it ended. Safe for threads and after a fork."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.owner = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection | None = None
        self.is_ready = False
        self.rests_until = 0.0

    def reply(self, job: bytes) -> bytes:
        """Return what the process answers; SLOW where the job costs too much, BUSY to be asked later."""
        if time.monotonic() < self.rests_until:
            return BUSY
        if not self.lock.acquire(timeout=WAIT_SECONDS):
            self._rest()  # or each text of a card would wait as long
            return BUSY
        try:
            return self._ask(job)
        finally:
            self.lock.release()

    def _ask(self, job: bytes) -> bytes:
        reply = BUSY
        try:
            connection = self._connection()
            if not self.is_ready and connection.poll(START_SECONDS):
                self.is_ready = connection.recv_bytes() == READY
            if self.is_ready:
                reply = self._answer(connection, job)
        except (OSError, EOFError):
            self.stop()
        if reply in (SLOW, BUSY):
            self._rest()
        return reply

    def _answer(self, connection: Connection, job: bytes) -> bytes:
        connection.send_bytes(job)
        if connection.poll(ANSWER_SECONDS):
            return connection.recv_bytes()
        self.stop()
        return BUSY

    def _rest(self) -> None:
        self.rests_until = time.monotonic() + REST_SECONDS

    def _connection(self) -> Connection:
        if self.connection is None or self.owner != os.getpid():
            ours, theirs = Pipe()
            command = [sys.executable, "-m", "annotate.text.colouring_child", str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)
            theirs.close()
            self.connection, self.owner, self.is_ready = ours, os.getpid(), False
        return self.connection

    def stop(self) -> None:
        """End the process. It ends by itself where the connection is closed."""
        if self.process and self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        if self.connection:
            self.connection.close()
        self.process = self.connection = None


colouring_process = ColouringProcess()
