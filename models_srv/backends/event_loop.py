"""One event loop for a process, in a thread of its own: all that it asks of servers meets there.

Who asks may be synchronous, and may do its database work in its own thread meanwhile.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def event_loop() -> asyncio.AbstractEventLoop:
    """Return the process's loop, which runs."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="model requests", daemon=True).start()
        return _loop


def submit(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    """Let the loop run it; what is done with the future is done in the loop's thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, event_loop())


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Let the loop run it and return what comes of it. Not to be called in the loop's own thread."""
    future = submit(coroutine)
    try:
        return future.result()
    finally:
        future.cancel()


def _forget() -> None:
    """A forked child has the loop's memory without its thread."""
    global _loop, _lock
    _loop, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
