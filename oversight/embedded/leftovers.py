"""What a killed supervisor left: processes that work on without anybody who watches them."""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "OVERSIGHT_SUPERVISED"
END_SECONDS = 5.0
# It lives on its own: the worker that watches it next finds it by its folder.
TRAINING = "models_srv.training"


def marked_environment(var: Path) -> dict[str, str]:
    """Return the environment by which a supervised process, and all that it starts, is known."""
    return os.environ | {MARK: str(var)}


def end_leftovers(var: Path) -> int:
    """Kill what an earlier supervisor of this folder left; return how many there were.

    Only for who holds the folder's lock. Outright: whatever they were doing is done again.
    """
    left = [process for process in psutil.process_iter() if _is_left(process, var)]
    for process in left:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, END_SECONDS)
    return len(left)


def reap_strangers(known: Collection[int]) -> None:
    """Take notice of children that ended and that this process did not start itself.

    Process 1 (in a container) is given everybody's; unnoticed ones would stay for ever, as zombies.
    Stops at the first one of `known`, whose end is somebody else's to notice.
    """
    if not hasattr(os, "waitid"):
        return
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with suppress(ChildProcessError):
        while (ended := os.waitid(os.P_ALL, 0, options)) and ended.si_pid not in known:
            os.waitpid(ended.si_pid, os.WNOHANG)


def _is_left(process: psutil.Process, var: Path) -> bool:
    try:
        is_ours = process.environ().get(MARK) == str(var) and process.pid != os.getpid()
        return is_ours and TRAINING not in process.cmdline()
    except psutil.Error:
        return False
