"""Blocks, compressed as they come. The same bytes in give the same bytes out."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Protocol

GZIP_LEVEL, ZSTD_LEVEL = 1, 3
WITH_GZIP_HEADER = 31


class Compression(StrEnum):
    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


class Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...
    def flush(self) -> bytes: ...


def compressed(blocks: Iterable[bytes], compression: Compression) -> Iterator[bytes]:
    if compression == Compression.NONE:
        yield from blocks
        return
    compressor = _compressor(compression)
    for block in blocks:
        if done := compressor.compress(block):
            yield done
    yield compressor.flush()


def _compressor(compression: Compression) -> Compressor:
    if compression == Compression.GZIP:
        from isal import isal_zlib  # some five times as fast as zlib

        return isal_zlib.compressobj(GZIP_LEVEL, wbits=WITH_GZIP_HEADER)
    from zstandard import ZstdCompressor

    return ZstdCompressor(ZSTD_LEVEL).compressobj()
