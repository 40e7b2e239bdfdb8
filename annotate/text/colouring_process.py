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

SLOW, BUSY = b"slow", b"busy"
WAIT_SECONDS = 0.2  # for the text before
ANSWER_SECONDS = 2.0  # more than a job may take, and to read a lexer for the first time
REST_SECONDS = 1.0  # after a text that took too long, so that many of them cost no more than one
ROOT = Path(__file__).resolve().parents[2]


class ColouringProcess:
    """Started at the first job, and again where it ended. Safe for threads and after a fork."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.owner = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection | None = None
        self.rests_until = 0.0

    def reply(self, job: bytes) -> bytes:
        """Return what the process answers; SLOW where the job costs too much, BUSY to be asked later."""
        if time.monotonic() < self.rests_until or not self.lock.acquire(timeout=WAIT_SECONDS):
            return BUSY
        try:
            return self._ask(job)
        finally:
            self.lock.release()

    def _ask(self, job: bytes) -> bytes:
        reply = BUSY
        try:
            connection = self._connection()
            connection.send_bytes(job)
            if connection.poll(ANSWER_SECONDS):
                reply = connection.recv_bytes()
            else:
                self.stop()
        except (OSError, EOFError):
            self.stop()
        if reply in (SLOW, BUSY):
            self.rests_until = time.monotonic() + REST_SECONDS
        return reply

    def _connection(self) -> Connection:
        if self.connection is None or self.owner != os.getpid():
            ours, theirs = Pipe()
            command = [sys.executable, "-m", "annotate.text.colouring_child", str(theirs.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT)
            theirs.close()
            self.connection, self.owner = ours, os.getpid()
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
