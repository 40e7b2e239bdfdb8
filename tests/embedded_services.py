"""A pytest plugin: embedded PostgreSQL and Redis, started before pytest-django reads the settings.

Where tests run side by side each process has its own, and one thread for its models.
"""

import os
import tempfile
from pathlib import Path

TEST_VAR = Path(tempfile.gettempdir()) / f"oversight-tests-{os.getuid()}"
os.environ["OVERSIGHT_VAR"] = os.environ.get("TEST_VAR") or str(TEST_VAR)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["OVERSIGHT_VAR"] += f"-{worker}"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from oversight.embedded import embedded_parts, provide_services  # noqa: E402

provide_services(with_redis=True)


def pytest_unconfigure() -> None:
    """Stop Redis; PostgreSQL stops by itself with its last process."""
    import redis

    if "redis" in embedded_parts:
        redis.Redis.from_url(os.environ["REDIS_URL"]).shutdown(nosave=True)
