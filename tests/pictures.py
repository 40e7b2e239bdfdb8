"""The least pictures of each kind."""

import base64
import struct
import zlib


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=1, height=1, values=None):
    """A grey one; `values` are what it holds, by default as many as its size says."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress((b"\0" + b"\x80" * width) * height if values is None else values)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
WEBP_LOSSLESS = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
WEBP = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
JPEG = b"".join(
    [
        b"\xff\xd8",
        b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0",  # a frame of 1 by 1
        b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x7f",
        b"\xff\xd9",
    ]
)
