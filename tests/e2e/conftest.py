"""A whole Oversight with nothing in it: `manage.py up` with its workers."""

import signal
from contextlib import closing

import pytest

from benchmarks.stack import Stack


@pytest.fixture(scope="module")
def empty_stack(tmp_path_factory):
    """Started as a shell starts a background job: with Ctrl-C ignored."""
    stack = Stack(tmp_path_factory.mktemp("e2e"), {"MODEL_THREADS": "1"})
    ignoring = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        stack.__enter__()
    finally:
        signal.signal(signal.SIGINT, ignoring)
    with closing(stack):
        yield stack
