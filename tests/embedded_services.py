"""A pytest plugin: embedded PostgreSQL and Redis, started before pytest-django reads the settings.

Where tests run side by side each process has its own, and one thread for its models. The database of
a run that came to its end is used again while no migration changes: making it takes half a minute.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

TEST_VAR = Path(tempfile.gettempdir()) / f"oversight-tests-{os.getuid()}"
os.environ["OVERSIGHT_VAR"] = os.environ.get("TEST_VAR") or str(TEST_VAR)
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["OVERSIGHT_VAR"] += f"-{worker}"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

from oversight.embedded import embedded_parts, provide_services  # noqa: E402

provide_services(with_redis=True)

ROOT = Path(__file__).resolve().parent.parent
MADE_BY = Path(os.environ["OVERSIGHT_VAR"]) / "test-database-made-by"


def pytest_configure(config: pytest.Config) -> None:
    """Keep the database; make it anew after other migrations, and after a run that was killed."""
    config.option.reuse_db = True
    is_good = MADE_BY.exists() and MADE_BY.read_text() == _migrations_sha256()
    config.option.create_db = config.option.create_db or not is_good


@contextmanager
def database_in_use() -> Iterator[None]:
    """What a killed run leaves in the database is not what the next one begins with."""
    MADE_BY.unlink(missing_ok=True)
    yield
    MADE_BY.write_text(_migrations_sha256())


def _migrations_sha256() -> str:
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def pytest_unconfigure() -> None:
    """Stop Redis; PostgreSQL stops by itself with its last process."""
    import redis

    if "redis" in embedded_parts:
        redis.Redis.from_url(os.environ["REDIS_URL"]).shutdown(nosave=True)
