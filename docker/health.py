"""Whether the container does its work, for Docker: exit status 0 or 1.

web: it is ready. worker (and beat): ALIVE_FILE was touched within the last minute.
"""

import os
import sys
import time
import urllib.request
from pathlib import Path

ALIVE_SECONDS = 60


def is_web_ready() -> bool:
    # Django answers only those who ask for a host of its own.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".*") or "localhost"
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def is_worker_alive() -> bool:
    try:
        touched = Path(os.environ["ALIVE_FILE"]).stat().st_mtime
    except OSError:
        return False
    return time.time() - touched < ALIVE_SECONDS


if __name__ == "__main__":
    is_well = is_web_ready() if sys.argv[1:] == ["web"] else is_worker_alive()
    sys.exit(0 if is_well else 1)
