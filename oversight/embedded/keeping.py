"""Sees to PostgreSQL while everything runs: it is a daemon, no child of the supervisor."""

import time
from pathlib import Path

from .errors import EmbeddedError
from .postgres import is_postgres_alive, start_postgres

LOOK_SECONDS = 1.0
MAX_PAUSE_SECONDS = 30.0


class PostgresKeeper:
    """Called again and again, it starts the folder's PostgreSQL where that does not answer any more.

    What stands in the way is said once, and tried again ever more rarely.
    """

    def __init__(self, var: Path) -> None:
        self.var = var
        self._not_before = 0.0
        self._failures = 0
        self._said = ""

    def __call__(self) -> None:
        if time.monotonic() < self._not_before:
            return
        if is_postgres_alive(self.var):
            self._failures, self._said = 0, ""
        else:
            self._start()
        pause = min(LOOK_SECONDS * 2.0**self._failures, MAX_PAUSE_SECONDS)
        self._not_before = time.monotonic() + pause

    def _start(self) -> None:
        if not self._failures:
            print("PostgreSQL does not answer; starting it again.", flush=True)
        try:
            start_postgres(self.var)
        except EmbeddedError as error:
            self._failures += 1
            if str(error) != self._said:
                print(error, flush=True)
            self._said = str(error)
