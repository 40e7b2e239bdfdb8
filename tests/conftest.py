"""The suite runs on real, embedded PostgreSQL and Redis, in a state folder of its own."""

import os
import tempfile
from pathlib import Path

TEST_VAR = Path(tempfile.gettempdir()) / f"oversight-tests-{os.getuid()}"
os.environ.setdefault("OVERSIGHT_VAR", os.environ.get("TEST_VAR") or str(TEST_VAR))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from oversight.embedded import provide_services  # noqa: E402

provide_services(with_redis=True)
