"""Where state lives."""

import hashlib
import os
import tempfile
from pathlib import Path

from .errors import EmbeddedError

MAX_SOCKET_PATH = 100  # sun_path holds 108 bytes on Linux, 104 on macOS


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


def socket_path(var: Path, name: str) -> Path:
    """Return a path for a unix socket: in `var`, or in the temporary folder where that is too long."""
    path = var / name
    if len(str(path)) <= MAX_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"oversight-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / name
