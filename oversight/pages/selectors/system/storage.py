"""How much room is taken and left."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

TABLES = 5
MOST_FILES = 200_000


@dataclass(frozen=True)
class Disk:
    """The disk that holds a folder, in bytes."""

    what: str
    folder: str
    free: int
    total: int

    @property
    def is_low(self) -> bool:
        return self.free < self.total // 10


@dataclass(frozen=True)
class Storage:
    """Bytes: of the database, its largest tables by name, and of trained weights."""

    database: int
    tables: list[tuple[str, int]]
    weights: int


def disks() -> list[Disk]:
    """Return the disks of the state and of the weights, one of them where they are the same."""
    found: dict[int, Disk] = {}
    for what, folder in (("State", settings.VAR), ("Weights", settings.ARTIFACTS)):
        there = _existing(Path(folder))
        usage = shutil.disk_usage(there)
        found.setdefault(there.stat().st_dev, Disk(what, str(folder), usage.free, usage.total))
    return list(found.values())


def storage() -> Storage:
    """Measure what takes long to measure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database,) = cursor.fetchone()
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) AS size FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "ORDER BY size DESC LIMIT %s",
            [TABLES],
        )
        tables = [(_plain(name), size) for name, size in cursor.fetchall()]
    return Storage(database, tables, _folder_bytes(Path(settings.ARTIFACTS)))


def _plain(table: str) -> str:
    return table.partition("_")[2] or table


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.is_dir())


def _folder_bytes(folder: Path) -> int:
    """Add up at most MOST_FILES files; what goes away meanwhile is not counted."""
    total = count = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            count += 1
            if count > MOST_FILES:
                return total
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total
