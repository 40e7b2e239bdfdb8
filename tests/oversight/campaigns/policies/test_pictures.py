"""Pictures are what their content is, and are kept as we write them."""

import io

import pytest
from PIL import Image

from oversight.campaigns.policies.pictures import MOST_DOTS, picture_of
from tests.pictures import picture, png_of


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_is_told_by_its_content(kind):
    found = picture_of(picture(kind, 30, 20))
    assert found.kind == f"image/{kind.lower()}"
    kept = Image.open(io.BytesIO(found.content))
    assert (kept.format, kept.size) == (kind, (30, 20))


@pytest.mark.fault("import-files")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg onload='x'/>",
        b"RIFF\x10\0\0\0WAVE",
        b"\x89PNG\r\n\x1a\n" + bytes(8),
        b"GIF89a" + b"rubbish" * 9,
        b"\xff\xd8\xff" + b"rubbish" * 9,
        b"RIFF\x04\0\0\0WEBP",
        png_of(2**31 - 1, 2**31 - 1, b"x"),
        png_of(50, 50, b"x"),
        png_of(0, 0, b""),
        picture().replace(b"IDAT", b"IDAX"),
        picture("GIF").replace(b"\x01\0\x01\0", b"\xff\xff\xff\xff"),
        *(picture(kind, 30, 20)[:-30] for kind in ("PNG", "JPEG", "WEBP", "GIF")),
    ],
)
def test_what_only_begins_like_a_picture_is_none(content):
    assert picture_of(content) is None


def test_one_that_would_fill_the_memory_is_none():
    assert picture_of(picture("PNG", 10_000, MOST_DOTS // 10_000 + 1)) is None


@pytest.mark.fault("import-files")
def test_what_a_camera_wrote_and_what_stands_behind_the_end_is_not_kept():
    exif = Image.Exif()
    exif[0x010E] = "at home"
    exif[0x0112] = 6  # turned by a quarter
    sent = picture("JPEG", 30, 20, exif=exif) + b"<script>"
    assert b"at home" in sent
    found = picture_of(sent)
    assert b"at home" not in found.content
    assert b"<script>" not in found.content
    assert Image.open(io.BytesIO(found.content)).size == (20, 30)


def test_one_that_moves_goes_on_moving():
    stream = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    kept = Image.open(io.BytesIO(picture_of(stream.getvalue()).content))
    assert kept.n_frames == 2
