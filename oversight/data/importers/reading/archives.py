"""JSON files within a zip archive, one after the other, each within bounds."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from oversight.data.importers.rows import EndsReading, RowError

from .lines import Numbered
from .packed import FREE_BYTES, MAX_RATIO, Source

MAGIC = b"PK\x03\x04"
MOST_BYTES = 64 * 2**20  # of one file, unpacked
DAMAGES = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RecursionError)


def zipped_json(source: Source, folder: str) -> Iterator[Numbered]:
    """Yield (its place from 1, its content or RowError) for each JSON file of the archive's folder."""
    number = 0
    if source.is_packed or not source.stream.seekable():
        yield 1, EndsReading("an archive is packed already: send it as it is")
        return
    try:
        with zipfile.ZipFile(source.stream) as archive:
            names = [name for name in archive.namelist() if _is_in(name, folder)]
            most = max(FREE_BYTES, MAX_RATIO * source.stream.seek(0, io.SEEK_END))
            for number, name in enumerate(names, start=1):
                yield number, _content(archive.getinfo(name), archive, source)
                if source.given > most:
                    reason = f"it unpacks to more than {MAX_RATIO} times its size"
                    yield number + 1, EndsReading.after(number, reason)
                    return
    except NotImplementedError:  # what zipfile raises for a way of packing that it does not know
        yield (
            1,
            EndsReading("the archive is packed in a way that is not read here: convert it to JSON"),
        )
    except DAMAGES:
        number = max(number, 1)
        yield number, EndsReading.after(number, "the archive is damaged or cut short")


def _is_in(name: str, folder: str) -> bool:
    return name.startswith(folder) and name.endswith(".json")


def _content(info: zipfile.ZipInfo, archive: zipfile.ZipFile, source: Source) -> Any:
    """Return what the file holds. The size that the archive states is never trusted."""
    with archive.open(info) as stream:
        content = stream.read(MOST_BYTES + 1)
    source.count(len(content))
    if len(content) > MOST_BYTES:
        return RowError(f"{info.filename[:80]!a} is longer than {MOST_BYTES // 2**20} MiB")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return RowError(f"{info.filename[:80]!a} is no JSON")
