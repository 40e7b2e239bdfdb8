"""What the colouring process runs: python -m annotate.text.colouring_child FILE_DESCRIPTOR.

It has no work of its own. For each job it forks, and what it forked colours and ends.
"""

import json
import os
import resource
import signal
import sys
from itertools import groupby
from multiprocessing.connection import Connection

from annotate.text.code import code_pieces, lexer_of
from annotate.text.colouring_process import BUSY, READY, SLOW

CPU_SECONDS = 0.15
WALL_SECONDS = 0.6  # where the machine has too much to do
MEMORY_BYTES = 512 * 1024 * 1024
MOST_RUNS = 4_000  # stretches of one colour in a text


def main() -> None:
    """Answer jobs until the other side is gone."""
    # Ctrl-C is for whoever asks; a closed connection ends this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(int(sys.argv[1]))
    connection.send_bytes(READY)
    while True:
        try:
            job = connection.recv_bytes()
            connection.send_bytes(_reply(job))
        except (EOFError, OSError):
            return


def _reply(job: bytes) -> bytes:
    blocks = json.loads(job)
    for language, _ in blocks:
        lexer_of(language)  # read here, once for all that are forked
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _colour(blocks, writing)
    os.close(writing)
    with open(reading, "rb") as pipe:
        reply = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return BUSY
    return reply if status == 0 and reply else SLOW


def _colour(blocks: list[tuple[str, str]], writing: int) -> None:
    """Write the colours and end. The signals end the process, whatever it is doing."""
    status = 1
    try:
        for signal_number in (signal.SIGPROF, signal.SIGALRM):
            signal.signal(signal_number, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        colours = [colours_of_block(language, code) for language, code in blocks]
        if sum(map(len, colours)) <= MOST_RUNS:
            with open(writing, "wb") as pipe:
                pipe.write(json.dumps(colours).encode())
            status = 0
    finally:
        os._exit(status)


def colours_of_block(language: str, code: str) -> list[tuple[int, str]]:
    """Return (number of characters, class) of each stretch of one colour, in order."""
    pieces = [(css_class, text) for _, css_class, text in code_pieces(code, language)]
    if "".join(text for _, text in pieces) != code:
        return []
    runs = groupby(pieces, key=lambda piece: piece[0])
    return [(sum(len(text) for _, text in run), css_class) for css_class, run in runs]


if __name__ == "__main__":
    main()
