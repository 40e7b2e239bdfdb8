"""Small pictures of each kind, and some that only begin like one."""

import io
import struct
import zlib

from PIL import Image


def picture(kind="PNG", width=1, height=1, **options):
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "grey").save(stream, kind, **options)
    return stream.getvalue()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width, height, values):
    """A PNG that says it is so large and holds these values."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(values)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
