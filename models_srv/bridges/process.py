"""An attacker outside as a process: told where to start, heard until it ends or goes beyond its limits.

It runs in a process group of its own, which ends with it, and its own environment has only what is named.
That is no boundary: a process of the same user can read this one's environment (`/proc/PID/environ`), and
whatever that user may read. Only another user or a container is one, see docs/bridges.md.
"""

import os
import re
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import IO

from .lines import Brought, Start, WrongLine, parse_line

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "SHELL")
CHUNK = 65_536  # bytes
POLL_SECONDS = 0.1
GRACE_SECONDS = 2.0  # from being asked to end until it is ended
TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours, and what moves the cursor
MOST_TOLD = 500  # characters of a line of progress
MOST_LINES_TOLD = 1_000
MOST_WRONG = 200  # wrong lines that are kept, the others are counted

Say = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """`queries` are taken at most; `line_bytes` of one line, `all_bytes` of all that it says."""

    queries: int
    seconds: float = 600.0
    line_bytes: int = 1_000_000
    all_bytes: int = 100_000_000


@dataclass
class Handed:
    """What came of it. `wrong`: (number of the line, why) of the first MOST_WRONG of `wrong_count`;
    `cut_short`: why it was not heard to its end.

    `exit_code` is None where it was ended here, negative where a signal ended it.
    """

    queries: list[Brought] = field(default_factory=list)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    wrong_count: int = 0
    cut_short: str = ""
    exit_code: int | None = None

    def add_wrong(self, number: int, why: str) -> None:
        self.wrong_count += 1
        if len(self.wrong) < MOST_WRONG:
            self.wrong.append((number, why))


def ask_program(
    command: Sequence[str],
    starts: Sequence[Start],
    limits: Limits,
    *,
    environment: Mapping[str, str] | None = None,
    told: Say = lambda line: None,
) -> Handed:
    """Run the command, hand it the starts, return the queries that it hands back.

    `told` gets the first MOST_LINES_TOLD lines of its standard error. Whatever ends this, an interrupt
    included, ends the command and all that it started. Raises OSError where it cannot be run.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_passed_on(), **(environment or {})},
        start_new_session=True,
    )
    assert process.stdin
    assert process.stderr
    listener = Thread(target=_tell, args=(process.stderr, told), daemon=True)
    try:
        Thread(target=_hand_in, args=(process.stdin, starts), daemon=True).start()
        listener.start()
        handed = _heard(process, starts, limits)
        if not handed.cut_short:
            handed.exit_code = process.wait()
        return handed
    finally:
        _end(process)
        listener.join(GRACE_SECONDS)


def _passed_on() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def _hand_in(stream: IO[bytes], starts: Sequence[Start]) -> None:
    """Write the starts; one that does not read them all just gets fewer."""
    with suppress(OSError, ValueError), stream:
        for start in starts:
            stream.write(f"{start.line()}\n".encode())
            stream.flush()


def _tell(stream: IO[bytes], told: Say) -> None:
    """Pass progress on without what a terminal would obey. All is read, or the program would wait."""
    count = 0
    with suppress(OSError, ValueError):
        while line := stream.readline(CHUNK):
            words = TERMINAL.sub("", line.decode("utf-8", "replace")).strip()[:MOST_TOLD]
            shown = "".join(letter for letter in words if letter.isprintable())
            count += bool(shown)
            if shown and count <= MOST_LINES_TOLD:
                told(shown)
            elif shown and count == MOST_LINES_TOLD + 1:
                told(f"… more than {MOST_LINES_TOLD:,} lines: the others are not shown")


def _heard(process: "subprocess.Popen[bytes]", starts: Sequence[Start], limits: Limits) -> Handed:
    handed = Handed()
    try:
        for number, line in enumerate(_lines(process, limits), 1):
            if not line.strip():
                continue
            if len(handed.queries) == limits.queries:
                raise _CutShort(f"handed back more than the {limits.queries} that are wanted")
            try:
                if len(line) > limits.line_bytes:
                    raise WrongLine(f"has more than {limits.line_bytes:,} bytes")
                handed.queries.append(parse_line(line, starts))
            except WrongLine as error:
                handed.add_wrong(number, str(error))
    except _CutShort as error:
        handed.cut_short = str(error)
    return handed


class _CutShort(Exception):
    """It went beyond a limit; the words say which."""


def _lines(process: "subprocess.Popen[bytes]", limits: Limits) -> Iterator[bytes]:
    """Yield the lines of standard output; of one that is too long no more than tells so."""
    rest = b""
    for chunk in _chunks(process, limits):
        *whole, last = chunk.split(b"\n")
        for line in whole:
            yield (rest + line)[: limits.line_bytes + 1]
            rest = b""
        rest = (rest + last)[: limits.line_bytes + 1]
    if rest:
        yield rest


def _chunks(process: "subprocess.Popen[bytes]", limits: Limits) -> Iterator[bytes]:
    """Yield what it says until it closes its output, or has ended with nothing left to be read: what it
    started may hold the output open for ever."""
    assert process.stdout
    deadline, size = time.monotonic() + limits.seconds, 0
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while True:
            if time.monotonic() > deadline:
                raise _CutShort(f"was not done after {limits.seconds:g} seconds")
            has_ended = process.poll() is not None
            if not ready.select(POLL_SECONDS):
                if has_ended:
                    return
                continue
            chunk = os.read(process.stdout.fileno(), CHUNK)
            if not chunk:
                _wait(process, deadline, limits)
                return
            size += len(chunk)
            if size > limits.all_bytes:
                raise _CutShort(f"said more than {limits.all_bytes:,} bytes")
            yield chunk


def _wait(process: "subprocess.Popen[bytes]", deadline: float, limits: Limits) -> None:
    """Wait for the end of one that says no more."""
    try:
        process.wait(max(deadline - time.monotonic(), 0))
    except subprocess.TimeoutExpired as error:
        raise _CutShort(f"was not done after {limits.seconds:g} seconds") from error


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the command and whatever is left of its group, first by asking. One that runs as another user
    cannot be ended from here: it is waited for no longer than one that can."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    _signal(process, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_SECONDS)


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
