"""A file that is being read: unpacked on the way where it is packed, within bounds, and counted."""

import gzip
import io
import zlib
from collections.abc import Callable
from typing import IO, Any

import zstandard

from oversight.data.importers.rows import RowError

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# A packed file of text gives some ten times its size; one that gives far more was made to harm.
FREE_BYTES = 64 * 2**20
MAX_RATIO = 250
MAX_BYTES = 256 * 2**30
MAX_WINDOW = 2**27
DAMAGES = (OSError, EOFError, zlib.error, zstandard.ZstdError)


class Source:
    """A file being read. `taken` counts the bytes that came of it, `given` those after unpacking.

    `read` and `readline` raise RowError where it is damaged or unpacks to more than is sound.
    """

    def __init__(self, stream: IO[bytes], most_reads: int = 0, most_bytes: int = 0) -> None:
        """RowError is raised after so many lines or pieces, or bytes; 0: there is no limit."""
        self.stream = stream
        self.given = 0
        self._reads, self._most_reads, self._most_bytes = 0, most_reads, most_bytes
        self._plain = _Counted(stream)
        plain: Any = io.BufferedReader(self._plain, 2**16)
        self._reader, self.is_packed = _reader(plain)

    @property
    def taken(self) -> int:
        return self._plain.count

    def peek(self) -> bytes:
        """Return the first bytes, some 8,000 or all there are, without moving on.

        Nothing where they cannot be unpacked: reading says why.
        """
        try:
            return self._safely(self._reader.peek, 8192)
        except RowError:
            return b""

    def read(self, size: int = -1, /) -> bytes:
        return self._counted(self._safely(self._reader.read, size))

    def readline(self, size: int = -1, /) -> bytes:
        return self._counted(self._safely(self._reader.readline, size))

    def count(self, given: int) -> None:
        """Count what was read past this object, as of a file that is read here and there."""
        self.given += given

    def _counted(self, content: bytes) -> bytes:
        self.given += len(content)
        self._reads += 1
        if 0 < self._most_reads < self._reads or 0 < self._most_bytes < self.given:
            raise RowError("the file goes on, and was not looked at further")
        if self.is_packed and self.given > min(max(FREE_BYTES, MAX_RATIO * self.taken), MAX_BYTES):
            raise RowError(f"the file unpacks to more than {MAX_RATIO} times its size")
        return content

    def _safely(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except DAMAGES as error:
            if not self.is_packed:
                raise
            raise RowError("the packed file is damaged or cut short") from error


class _Counted(io.RawIOBase):
    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        self.count += len(content)
        return len(content)


def _reader(plain: Any) -> tuple[Any, bool]:
    """Return what gives the text, and whether it unpacks."""
    head = plain.peek(4)[:4]
    if head.startswith(GZIP):
        return gzip.GzipFile(fileobj=plain, mode="rb"), True
    if head == ZSTD:
        unpack = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
        return io.BufferedReader(unpack.stream_reader(plain, read_across_frames=True)), True
    return plain, False
