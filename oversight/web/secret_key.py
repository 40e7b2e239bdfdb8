"""The key by which this installation signs what it hands out."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_key(folder: Path) -> str:
    """Return SECRET_KEY from the environment, else one made once and kept in the folder."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = folder / "secret_key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(50))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"cannot keep a secret key in {path} ({error.strerror}). Set SECRET_KEY, or set "
            "OVERSIGHT_VAR to a folder that you may write to."
        ) from error


def _write_once(path: Path, text: str) -> None:
    """Make a file that is whole from the first moment; of two who try at once one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(text)
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
