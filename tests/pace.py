"""How much processor time something takes, told by what this machine does in the same minute."""

import gc
import time


def paces(work):
    """Return how often two million squares could be added up in the processor time of `work`.

    Once is an eighth of a second on a quiet machine; seconds would say how busy it is.
    """
    before = _seconds(_squares)
    spent = _seconds(work)
    return spent / max(before, _seconds(_squares))


def _seconds(work):
    """Of this thread alone, and without collecting what the tests before have left, which takes long."""
    was_collecting = gc.isenabled()
    gc.disable()
    start = time.thread_time()
    try:
        work()
        return time.thread_time() - start
    finally:
        if was_collecting:
            gc.enable()


def _squares():
    sum(n * n for n in range(2_000_000))
