"""Where the files of imports lie on disk: the file itself, what was refused of it, how far it is."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

from django.conf import settings

from oversight.errors import WrongState


def file_of(import_id: int) -> Path:
    return _folder() / f"{import_id}.file"


def refused_of(import_id: int) -> Path:
    return _folder() / f"{import_id}.refused.jsonl"


def tell_progress(import_id: int, rows: int, taken: int) -> None:
    """Say how far the reading is. It is of use while it goes on, and kept in no database: the rows
    are written in one transaction, which nobody else can see into.
    """
    path = _progress_of(import_id)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"rows": rows, "bytes": taken}))
    new.replace(path)


def progress(import_id: int) -> dict[str, int]:
    """Return the rows and bytes read so far, nothing where none are known."""
    try:
        found = json.loads(_progress_of(import_id).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remove(import_id: int, *, keep_refused: bool = False) -> None:
    """Remove what lies there of an import; what was refused may stay to be fetched."""
    paths = [file_of(import_id), _progress_of(import_id)]
    for path in paths if keep_refused else [*paths, refused_of(import_id)]:
        path.unlink(missing_ok=True)


def remove_older_than(seconds: float, *, but: set[int]) -> None:
    """Remove files that nobody has touched for so long, but those of these imports."""
    oldest = time.time() - seconds
    for path in _folder().iterdir():
        number = path.name.partition(".")[0]
        if not (number.isdecimal() and int(number) in but) and _touched(path) < oldest:
            path.unlink(missing_ok=True)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _progress_of(import_id: int) -> Path:
    return _folder() / f"{import_id}.progress"


def _folder() -> Path:
    settings.IMPORTS.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(settings.IMPORTS)


@contextmanager
def sole(import_id: int) -> Iterator[BufferedRandom]:
    """Open the file, made where it is not there, to read and write: WrongState where another is at it."""
    path = file_of(import_id)
    path.touch(mode=0o600)
    with path.open("r+b") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WrongState("another request is sending this file just now") from error
        yield stream
