"""Kills processes in mid-stage and empties Redis while a round runs."""

import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import redis

from benchmarks.stack import Stack
from oversight.loop.stages import HANDLERS
from tests.crash.rows import connect

RUNNING = "select stage from oversight_workunit where state = 'running'"
STAGE = "select stage from oversight_round"
TRAINING = ("reward", "train")


class Mischief(threading.Thread):
    """Strikes once in every stage of machines while one of its units runs, where it can catch one.

    `kills` counts what was killed, by kind; `flushes` how often Redis was emptied; `struck` the
    stages in which a unit was running at that moment.
    """

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self.stack = stack
        self.kills: Counter[str] = Counter()
        self.flushes = 0
        self.struck: set[str] = set()
        self.is_over = threading.Event()

    def run(self) -> None:
        seen = ""
        with connect(self.stack.folder) as connection:
            while not self.is_over.wait(0.01):
                row = connection.execute(STAGE).fetchone()
                stage = row[0] if row else ""
                if stage != seen:
                    seen = stage
                    self.kill("beat", "beat")
                    self._flush_redis()
                for (running,) in connection.execute(RUNNING).fetchall():
                    if running not in self.struck:
                        self.struck.add(running)
                        self._strike(running)

    def _strike(self, stage: str) -> None:
        queue = HANDLERS[stage].queue
        if stage in TRAINING:
            self._strike_training()
        self.kill(queue, "worker", queue)
        self._flush_redis()

    def _strike_training(self) -> None:
        """Kill the process that trains, once it is at it."""
        deadline, before = time.monotonic() + 60, self.kills["training process"]
        while time.monotonic() < deadline and self.kills["training process"] == before:
            self.kill("training process", "models_srv.training")
            time.sleep(0.2)

    def kill(self, kind: str, *words: str) -> None:
        found = self.stack.processes(*words) or _orphans(self.stack.folder, *words)
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        self.kills[kind] += bool(found)

    def _flush_redis(self) -> None:
        with suppress(redis.RedisError):
            redis.Redis(unix_socket_path=str(self.stack.folder / "redis.sock")).flushall()
            self.flushes += 1


def _orphans(folder: Path, *words: str) -> list[psutil.Process]:
    """Training processes belong to nobody: found by the folder in their command line."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = process.cmdline()
            if all(word in line for word in words) and any(str(folder) in part for part in line):
                found.append(process)
    return found
