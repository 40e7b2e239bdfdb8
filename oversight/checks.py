"""A check of the database: whether it keeps what the durability contract promises."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

PROMISED = {"fsync": {"on"}, "full_page_writes": {"on"}}
# "local" waits for this server's disk, the others for that and a standby's.
COMMITS = {"on", "local", "remote_write", "remote_apply"}


@register(Tags.database)
def check_durability(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn where PostgreSQL may lose what a browser was told is saved. Runs with `migrate`."""
    return [
        Warning(
            f"PostgreSQL runs with {name}={value}: a crash may lose what people were told is saved.",
            hint=f"Set {name} = on in postgresql.conf.",
            id="oversight.W001",
        )
        for alias in databases or []
        for name, value in _settings(alias).items()
        if value not in PROMISED.get(name, COMMITS)
    ]


def _settings(alias: str) -> dict[str, str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            [[*PROMISED, "synchronous_commit"]],
        )
        return dict(cursor.fetchall())
