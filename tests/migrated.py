"""A database with every migration applied, kept for the next run: to apply them takes half a minute.

Its name is a hash of the migrations, so that a changed one makes a new database.
"""

import hashlib
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection

PREFIX = "migrated_"


def migrated_database() -> str:
    """Return the name of the database that test databases are copied from, made where it is not there."""
    name = f"{PREFIX}{_digest()}"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        known = {found for (found,) in cursor.fetchall()}
        if name in known:
            return name
        for old in known:
            cursor.execute(f'DROP DATABASE "{old}"')
        cursor.execute(f'CREATE DATABASE "{PREFIX}half"')
    _migrate(f"{PREFIX}half")
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{PREFIX}half" RENAME TO "{name}"')
    return name


def _digest() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        for path in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.name}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(database: str) -> None:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
