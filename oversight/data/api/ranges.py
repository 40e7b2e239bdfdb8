"""Files of fixed bytes, whole or in part: what broke off goes on, what is there is not sent again.

One range at a time, as RFC 9110 (14) describes it; of several the whole file is sent, as it allows.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

BLOCK_BYTES = 256 * 1024
ONE_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


def sent_file(
    request: HttpRequest, path: Path, *, etag: str, content_type: str, name: str
) -> HttpResponseBase:
    """Answer GET or HEAD with the file or the part of it that is asked for. `etag` names its bytes."""
    size = path.stat().st_size
    headers = {
        "ETag": f'"{etag}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    if headers["ETag"] in _named(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    asked = _range(request, size, headers["ETag"])
    if asked is None:
        first, last, status = 0, size - 1, 200
    elif asked[0] >= size or asked[0] > asked[1]:
        headers["Content-Range"] = f"bytes */{size}"
        return HttpResponse(status=416, content_type="text/plain", headers=headers)
    else:
        first, last, status = asked[0], min(asked[1], size - 1), 206
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=content_type, headers=headers)
    stream = path.open("rb")
    blocks = _blocks(stream, first, last - first + 1)
    return StreamingHttpResponse(blocks, status=status, content_type=content_type, headers=headers)


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """Return the first and the last byte asked for; None: all of them."""
    match = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if match is None or match[1] == match[2] == "":
        return None
    if request.headers.get("If-Range", etag).strip() != etag:
        return None
    if not match[1]:  # the last so many
        count = int(match[2])
        return (max(0, size - count), size - 1) if count else (size, size)
    return int(match[1]), int(match[2]) if match[2] else size - 1


def _named(header: str) -> list[str]:
    return [each.strip().removeprefix("W/") for each in header.split(",")]


def _blocks(stream: IO[bytes], first: int, count: int) -> Iterator[bytes]:
    with stream:
        stream.seek(first)
        while count > 0 and (block := stream.read(min(BLOCK_BYTES, count))):
            count -= len(block)
            yield block
