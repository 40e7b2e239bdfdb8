"""What a picture is, by its content: by its structure from end to end, as far as it is read without
drawing it. Pure.

A file that only begins like one is none, nor is one that would fill a reader's memory.
"""

import struct
import zlib
from collections.abc import Callable

MOST_PICTURES = 40  # of one campaign: they are rows, and each page with guidelines may show them
MOST_DOTS = 40_000_000
PIECE = 2**20
DOT_BITS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of PNG's kinds of colour: values in a dot
NO_SIZE = {0xC4, 0xC8, 0xCC}  # JPEG's markers that are among those of frames and are none


class _NoneAtAll(Exception):
    """It ends too early, or something in it is not what it should be."""


def kind_of(content: bytes) -> str | None:
    """Return the type of a PNG, JPEG, WebP or GIF; None of anything else, whatever its name."""
    for begins, (kind, sizes_of) in READERS.items():
        if content.startswith(begins):
            try:
                sizes = sizes_of(content)
            except (_NoneAtAll, struct.error, IndexError, zlib.error):
                return None
            return kind if sizes and all(0 < w * h <= MOST_DOTS for w, h in sizes) else None
    return None


Sizes = list[tuple[int, int]]  # (width, height) of the whole and of each part


def _png(content: bytes) -> Sizes:
    """Chunks, each with its checksum, to the last; and as many values as its size says."""
    at, kind, packed = 8, b"", b""
    size, bits = (0, 0), 0
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        if struct.unpack_from(">I", content, at + 8 + length)[0] != zlib.crc32(kind + body):
            raise _NoneAtAll
        if kind == b"IHDR":
            *size_, depth, colour = struct.unpack_from(">IIBB", body)
            size, bits = (size_[0], size_[1]), depth * DOT_BITS.get(colour, 0)
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    needed = size[0] * size[1] * bits // 8
    if not 0 < size[0] * size[1] <= MOST_DOTS or not bits or not _unpacks_to(packed, needed):
        raise _NoneAtAll
    return [size]


def _unpacks_to(packed: bytes, needed: int) -> bool:
    """Whether there are as many bytes, of which no more than a piece is held at a time."""
    stream = zlib.decompressobj()
    while needed > 0 and packed:
        found = stream.decompress(packed, PIECE)
        needed -= len(found)
        packed = stream.unconsumed_tail
        if not found:
            break
    return needed <= 0


def _gif(content: bytes) -> Sizes:
    """Blocks to the trailer, one of them a picture at least."""
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    sizes, frames = [(width, height)], 0
    at = 13 + _table(flags)
    while (block := content[at]) != 0x3B:
        if block == 0x2C:
            *size, flags = struct.unpack_from("<HHB", content, at + 5)
            sizes.append((size[0], size[1]))
            at += 10 + _table(flags) + 1
            frames += content[at] > 0
        elif block == 0x21:
            at += 2
        else:
            raise _NoneAtAll
        while content[at]:
            at += 1 + content[at]
        at += 1
    return sizes if frames else []


def _table(flags: int) -> int:
    """Return the length of the table of colours that follows."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _jpeg(content: bytes) -> Sizes:
    """Segments to the first scan, a frame's size before it and the end mark after it."""
    at, sizes = 2, []
    while True:
        mark, marker, length = struct.unpack_from(">BBH", content, at)
        if mark != 0xFF:
            raise _NoneAtAll
        if 0xC0 <= marker <= 0xCF and marker not in NO_SIZE:
            height, width = struct.unpack_from(">HH", content, at + 5)
            sizes.append((width, height))
        at += 2 + length
        if marker == 0xDA:
            return sizes if content.find(b"\xff\xd9", at) > at else []


def _webp(content: bytes) -> Sizes:
    """Chunks as long as they say, one of them a picture or a frame at least."""
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    if content[8:12] != b"WEBP" or end > len(content):
        raise _NoneAtAll
    at, sizes, frames = 12, [], 0
    while at < end:
        kind, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
        frames += kind in (b"VP8 ", b"VP8L", b"ANMF")
        if kind == b"VP8X":
            width, height = (int.from_bytes(body[n : n + 3], "little") + 1 for n in (4, 7))
            sizes.append((width, height))
        elif kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", body, 6)
            sizes.append((width & 0x3FFF, height & 0x3FFF))
        elif kind == b"VP8L" and body[:1] == b"\x2f":
            (packed,) = struct.unpack_from("<I", body, 1)
            sizes.append(((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1))
    return sizes if frames and at <= end + 1 else []


READERS: dict[bytes, tuple[str, Callable[[bytes], Sizes]]] = {
    b"\x89PNG\r\n\x1a\n": ("image/png", _png),
    b"\xff\xd8\xff": ("image/jpeg", _jpeg),
    b"GIF87a": ("image/gif", _gif),
    b"GIF89a": ("image/gif", _gif),
    b"RIFF": ("image/webp", _webp),
}
