"""A database made by an older version ends with the same schema as a new one."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from oversight.embedded.postgres_folder import program

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LANDED = HERE / "landed.json"
LIST_THEM = "python -m tests.oversight.migrations.test_landed"
pytestmark = pytest.mark.fault("old-state")


def migrations():
    """Return each migration's path and what its content adds up to."""
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for app in ("oversight", "annotate")
        for path in sorted((ROOT / app / "migrations").glob("[0-9]*.py"))
    }


def test_no_migration_is_changed_after_it_landed():
    """Databases that were made with it would never see the change."""
    now = migrations()
    changed = [
        path for path, digest in json.loads(LANDED.read_text()).items() if now.get(path) != digest
    ]
    assert not changed, f"restore {changed}; what is to change goes into a new migration"


def test_each_migration_is_listed_when_it_lands():
    new = sorted(set(migrations()) - set(json.loads(LANDED.read_text())))
    assert not new, f"{new}: when they are as they shall stay, list them with `{LIST_THEM}`"


@pytest.fixture
def make_database(transactional_db):
    """Makes databases from what `pg_dump` wrote, and drops them afterwards."""
    made = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:

        def make(dump):
            made.append(f"{connection.settings_dict['NAME']}_{len(made)}")
            server.execute(f"drop database if exists {made[-1]} with (force)")
            server.execute(f"create database {made[-1]}")
            run([program("psql"), "-q", "--set=ON_ERROR_STOP=1", url_of(made[-1])], input=dump)
            return url_of(made[-1])

        yield make
        for name in made:
            server.execute(f"drop database if exists {name} with (force)")


def url_of(name):
    return os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?", 1)


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options).stdout


def dump_schema(url):
    return run([program("pg_dump"), "--schema-only", "--no-owner", url])


def schema_lines(url, make_database):
    """Return the schema's lines in an order that no road decides.

    Of what was read back: PostgreSQL then writes its conditions with the same brackets.
    """
    lines = [
        line.rstrip(",")
        for line in dump_schema(make_database(dump_schema(url))).decode().splitlines()
    ]
    return sorted(line for line in lines if not line.startswith(("--", "\\")))


@pytest.mark.parametrize("dump", [path.name for path in sorted(HERE.glob("*.sql.gz"))])
def test_both_roads_end_with_the_same_schema(dump, make_database):
    old = make_database(gzip.decompress((HERE / dump).read_bytes()))
    env = {**os.environ, "DATABASE_URL": old}
    run([sys.executable, "manage.py", "migrate", "--verbosity=0"], cwd=ROOT, env=env)
    by_steps = [line for line in schema_lines(old, make_database) if line]
    anew = schema_lines(url_of(connection.settings_dict["NAME"]), make_database)
    # The tests' own database can be emptied: tests/conftest.py.
    anew = [line for line in anew if line and "DISABLE TRIGGER keep_all_entries" not in line]
    assert [line for line in by_steps if line not in anew] == []
    assert [line for line in anew if line not in by_steps] == []
    assert by_steps == anew


if __name__ == "__main__":
    LANDED.write_text(json.dumps(migrations(), indent=1) + "\n")
