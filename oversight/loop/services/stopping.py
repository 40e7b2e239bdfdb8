"""The wish that a worker stops, as its processes know it: no new unit is begun, the one at hand ends.

One byte of memory that a worker shares with the processes it forks: Celery tells only the first of
them that it is to shut down.
"""

import mmap

_wanted = mmap.mmap(-1, 1)


class WorkerStops(Exception):
    """A unit that may take hours is put back: another worker takes it up where it is."""


def ask_to_stop() -> None:
    _wanted[0] = 1


def forget_stopping() -> None:
    _wanted[0] = 0


def is_stopping() -> bool:
    return _wanted[0] == 1


def stop_here() -> None:
    """Raise WorkerStops where the worker is to stop: called between the steps of what takes long."""
    if is_stopping():
        raise WorkerStops("the worker stops")
