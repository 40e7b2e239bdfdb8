"""Where state lives."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from .errors import EmbeddedError

MAX_SOCKET_BYTES = 100  # sun_path holds 108 bytes on Linux, 104 on macOS
POSTGRES_PORT = 5432  # of no meaning but in the socket's name
# What means nothing else in a URL, in PostgreSQL's lists of hosts and of folders, and to Celery.
PLAIN = re.compile(r"[A-Za-z0-9_./+-]+")


def var_folder() -> Path:
    """Return the folder of all state (OVERSIGHT_VAR, default var/ beside manage.py), made if missing."""
    default = Path(__file__).resolve().parents[2] / "var"
    folder = Path(os.environ.get("OVERSIGHT_VAR") or default).expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"cannot make the state folder {folder}: {error.strerror}. "
            "Set OVERSIGHT_VAR to a folder that you may write to."
        ) from error
    return folder


def require_writable(folder: Path) -> None:
    """Raises EmbeddedError where nothing can be written: by permission, or the disk is read-only."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise EmbeddedError(
            f"cannot write to the state folder {folder}. "
            "Set OVERSIGHT_VAR to a folder that you may write to."
        )


def socket_path(var: Path, name: str) -> Path:
    """Return a path for a unix socket: in `var`, or in the temporary folder where no address can
    hold that: it is too long, or has signs that mean something there.
    """
    path = var / name
    if _is_plain(path):
        return path
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    # The second where the first one's own path is too long already.
    places = (tempfile.gettempdir(), "/tmp")  # noqa: S108
    candidates = [Path(place) / f"oversight-{digest}" for place in places]
    folder = next((one for one in candidates if _is_plain(one / name)), candidates[-1])
    folder.mkdir(mode=0o700, exist_ok=True)
    _require_own(folder)
    return folder / name


def postgres_socket_folder(pgdata: Path) -> Path:
    return socket_path(pgdata, f".s.PGSQL.{POSTGRES_PORT}").parent


def postgres_url(var: Path) -> str:
    """Return the embedded PostgreSQL's address, whether it runs or not."""
    folder = postgres_socket_folder(var / "postgres")
    return f"postgresql://postgres@:{POSTGRES_PORT}/postgres?host={folder}"


def redis_url(var: Path) -> str:
    """Return the embedded Redis's address, whether it runs or not."""
    return f"unix://{socket_path(var, 'redis.sock')}"


def _is_plain(path: Path) -> bool:
    return len(os.fsencode(path)) <= MAX_SOCKET_BYTES and bool(PLAIN.fullmatch(str(path)))


def _require_own(folder: Path) -> None:
    """Anybody may make folders among the temporary ones: one that others may enter is not used."""
    found = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or found.st_mode & 0o022:
        raise EmbeddedError(f"{folder} is not this program's own folder; remove it.")
    if found.st_uid != os.geteuid() and os.geteuid() != 0:
        raise EmbeddedError(
            f"{folder} belongs to another user; set TMPDIR to a folder of your own."
        )
