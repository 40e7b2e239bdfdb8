"""The fixtures of small rounds, for what lies beneath, and one that sees what is streamed."""

import pytest
from psycopg import Cursor

from tests.oversight.small_rounds import (  # noqa: F401
    _artifacts,
    campaign,
    drive,
    judge_all,
    round_,
)


@pytest.fixture
def streamed(monkeypatch):
    """The statements that are streamed past Django's own count of queries."""
    statements, stream = [], Cursor.stream

    def noted(self, statement, *args, **options):
        statements.append(statement)
        return stream(self, statement, *args, **options)

    monkeypatch.setattr(Cursor, "stream", noted)
    return statements
