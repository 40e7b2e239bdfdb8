"""Settings that were columns of the campaign are those of its groups afterwards, and back again."""

import importlib

import pytest
from django.db import connection

from tests.factories import make_campaign

MOVE = importlib.import_module("oversight.migrations.0046_settings_move")
COLUMNS = ", ".join(MOVE.GROUPS.values())
pytestmark = [pytest.mark.django_db, pytest.mark.fault("old-state")]


@pytest.fixture
def cursor(campaigns):
    """The tables as they were, empty but for the campaign; what is temporary is found first."""
    with connection.cursor() as cursor:
        joined = " ".join(
            f"JOIN oversight_{table} USING (campaign_id)" for table in list(MOVE.GROUPS)[1:]
        )
        cursor.execute(
            f"CREATE TEMP TABLE oversight_campaign AS SELECT campaign_id AS id, {COLUMNS} "  # noqa: S608
            f"FROM oversight_{next(iter(MOVE.GROUPS))} {joined}"
        )
        for table in MOVE.GROUPS:
            cursor.execute(
                f"CREATE TEMP TABLE oversight_{table} AS TABLE public.oversight_{table} WITH NO DATA"
            )
        yield cursor
        for table in ("campaign", *MOVE.GROUPS):
            cursor.execute(f"DROP TABLE pg_temp.oversight_{table}")


@pytest.fixture
def campaigns(db):
    return [
        make_campaign(audit_share=0.3, harm_by_category={"a": "mild"}, human_minutes=None),
        make_campaign(guidelines="é\n'%s'", schedule_hours=7, is_adjudicated=True),
    ]


def rows(cursor, table, columns):
    cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1")  # noqa: S608
    return cursor.fetchall()


def test_every_value_moves_and_comes_back(cursor):
    before = rows(cursor, "oversight_campaign", f"id, {COLUMNS}")
    assert len(before) == 2
    with connection.schema_editor() as editor:
        MOVE.to_groups(None, editor)
        for table, columns in MOVE.GROUPS.items():
            moved = rows(cursor, f"oversight_{table}", f"campaign_id, {columns}")
            assert moved == rows(cursor, f"public.oversight_{table}", f"campaign_id, {columns}")
        emptied = ", ".join(f"{name} = NULL" for name in COLUMNS.split(", "))
        cursor.execute(f"UPDATE oversight_campaign SET {emptied}")  # noqa: S608
        MOVE.to_campaigns(None, editor)
    assert rows(cursor, "oversight_campaign", f"id, {COLUMNS}") == before
