"""What a bench has measured already, so that one that was stopped goes on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def kept(path: Path, make: Callable[[], Any]) -> Any:
    """Return what the file holds, made where there is none."""
    if not path.exists():
        made = json.dumps(make())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made)
    return json.loads(path.read_text())
