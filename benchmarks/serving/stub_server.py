"""A chat-completions server that answers after a while and thinks of nothing: in a process of its own.

    python -m benchmarks.serving.stub_server --seconds 2

Prints its port, then, once its standard input is closed, one JSON line: `{"requests", "most"}`, the most
being how many requests were under way together.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
from types import TracebackType

SOUND = "verdict: sound\nsummary: No problem found."
LIMIT = resource.RLIMIT_NOFILE


class Stub:
    """Run it in a `with` statement; `stop` returns what it counted."""

    def __init__(self, seconds: float) -> None:
        self._command = [
            sys.executable,
            "-m",
            "benchmarks.serving.stub_server",
            "--seconds",
            str(seconds),
        ]

    def __enter__(self) -> "Stub":
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/v1"
        return self

    def stop(self) -> dict[str, int]:
        out, _ = self._process.communicate("")
        found: dict[str, int] = json.loads(out)
        return found

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()


def open_more_files() -> None:
    """Let this process have as many connections as the system lets it."""
    _, most = resource.getrlimit(LIMIT)
    resource.setrlimit(LIMIT, (most, most))


class Counts:
    requests = under_way = most = 0


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float, counts: Counts
) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            asked = json.loads(await reader.readexactly(length))
            counts.requests += 1
            counts.under_way += 1
            counts.most = max(counts.most, counts.under_way)
            await asyncio.sleep(seconds)
            counts.under_way -= 1
            body = json.dumps(_completion(asked)).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                % len(body)
            )
            writer.write(body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _completion(asked: dict[str, object]) -> dict[str, object]:
    messages = asked["messages"]
    assert isinstance(messages, list)
    is_critic = "Check the answer" in messages[0]["content"]
    text = SOUND if is_critic else f"Answer {asked.get('seed')}: " + "so it is. " * 40
    count = asked.get("n", 1)
    assert isinstance(count, int)
    choices = [
        {"message": {"role": "assistant", "content": f"{text} {at}"}, "finish_reason": "stop"}
        for at in range(count)
    ]
    return {"model": asked["model"], "choices": choices}


async def _serve(seconds: float) -> None:
    counts = Counts()
    server = await asyncio.start_server(
        lambda reader, writer: _answer(reader, writer, seconds, counts),
        "127.0.0.1",
        0,
        backlog=20_000,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"requests": counts.requests, "most": counts.most}), flush=True)
    os._exit(0)  # not a word about connections that are still open


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=2.0, help="until each answer")
    open_more_files()
    asyncio.run(_serve(parser.parse_args().seconds))
