"""PostgreSQL and Redis from wheels, for a machine that has neither.

Imports no Django: it runs before the settings are read and hands them DATABASE_URL and REDIS_URL.
"""

import os

from .errors import EmbeddedError
from .paths import postgres_url, redis_url, var_folder

__all__ = [
    "EmbeddedError",
    "embedded_parts",
    "postgres_url",
    "provide_services",
    "redis_url",
    "var_folder",
]

embedded_parts: set[str] = set()


def provide_services(*, with_redis: bool = False) -> None:
    """Set DATABASE_URL and REDIS_URL in the environment where they are missing.

    PostgreSQL is started if it does not run yet, and stops with the last process that asked for it.
    Redis is started only `with_redis`: other commands merely learn its address, since work that
    cannot be dispatched now is dispatched by the coordinator later. `embedded_parts` holds the names
    of the parts that are not external.

    Raises EmbeddedError with one line that says what to do.
    """
    var = var_folder()
    if not os.environ.get("DATABASE_URL"):
        from .postgres import start_postgres

        os.environ["DATABASE_URL"] = start_postgres(var)
        embedded_parts.add("postgres")
    if not os.environ.get("REDIS_URL"):
        from .redis_server import start_redis

        os.environ["REDIS_URL"] = start_redis(var) if with_redis else redis_url(var)
        embedded_parts.add("redis")
