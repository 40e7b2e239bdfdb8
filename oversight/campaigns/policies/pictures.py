"""What a picture is, by its content. It is read by Pillow and written anew: nothing but what is seen of
it is kept, neither where a camera was nor what stands behind its end. Pure."""

import io
import struct
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_PICTURES = 40  # of one campaign: they are rows, and each page with guidelines may show them
MOST_DOTS = 40_000_000  # of all its frames together
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
# What Pillow raises for a file that only begins like a picture.
BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, OverflowError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: its type, like `image/png`, and its content."""

    kind: str
    content: bytes


def picture_of(content: bytes) -> Picture | None:
    """Return a PNG, JPEG, WebP or GIF as it is kept; None of anything else, whatever its name."""
    try:
        with Image.open(io.BytesIO(content), formats=list(KINDS)) as image:
            if image.width * image.height * _frames(image) > MOST_DOTS:
                return None
            return Picture(KINDS[str(image.format)], _anew(image))
    except BROKEN:
        return None


def _frames(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1))


def _anew(image: Image.Image) -> bytes:
    """Return it written by us, turned as the camera was held; one that moves goes on moving."""
    kind, stream = str(image.format), io.BytesIO()
    if _frames(image) > 1:
        image.save(stream, kind, save_all=True)
    else:
        image.load()
        ImageOps.exif_transpose(image).save(stream, kind)
    return stream.getvalue()
