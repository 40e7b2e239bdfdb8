"""How much processor time something takes, told by what this machine does in the same minute."""

import time


def paces(work):
    """Return how often two million squares could be added up in the processor time of `work`.

    Once is an eighth of a second on a quiet machine; seconds would say how busy it is.
    """
    before = _seconds(_squares)
    spent = _seconds(work)
    return spent / max(before, _seconds(_squares))


def _seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def _squares():
    sum(n * n for n in range(2_000_000))
