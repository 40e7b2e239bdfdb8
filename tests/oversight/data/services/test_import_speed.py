"""An import costs what its rows cost, however many came before."""

import psycopg
import pytest
from django.db import connection

from oversight.data.importers import QueryRow
from oversight.data.services.imports import writing
from oversight.models import Query, ReviewItem
from tests.oversight.data.import_files import jsonl, load, solved

pytestmark = pytest.mark.django_db


@pytest.mark.fault("import-speed")
@pytest.mark.parametrize(
    ("format_name", "rows"),
    [
        ("queries-jsonl", [{"text": f"q{n}"} for n in range(300)]),
        (
            "preferences",
            [
                {"prompt": f"q{n}", "chosen": "1", "rejected": "2", "source": "person"}
                for n in range(300)
            ],
        ),
        ("gsm8k-solutions", [solved(f"q{n}", a="1", b="2") for n in range(300)]),
        (
            "bigbench-mistake",
            [{"input": f"q{n}", "steps": ["1"], "mistake_index": None} for n in range(300)],
        ),
        (
            "known-answers",
            [{"query": f"q{n}", "a": "1", "b": "2", "expected": "a"} for n in range(300)],
        ),
    ],
)
def test_no_batch_reads_what_the_earlier_ones_wrote(format_name, rows, monkeypatch):
    """Each would else cost more than the one before: nothing is looked up but by an index."""
    monkeypatch.setattr("oversight.data.services.imports.batches.BATCH", 20)
    before = _rows_scanned()
    load(jsonl(*rows), format_name)
    assert _rows_scanned() - before < 2 * len(rows)


def _rows_scanned():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname LIKE 'oversight%'"
        )
        return cursor.fetchone()[0]


@pytest.mark.fault("import-speed")
def test_short_lines_that_are_one_cluster_are_not_read_again_and_again(monkeypatch):
    monkeypatch.setattr("oversight.data.services.imports.batches.BATCH", 20)
    before = _index_rows_read()
    load(jsonl(*({"text": f"q{n}"} for n in range(400))))
    assert Query.objects.values("cluster").distinct().count() == 1
    assert _index_rows_read() - before < 10 * 400


@pytest.mark.fault("import-speed")
def test_statistics_that_are_taken_meanwhile_make_no_batch_slower(monkeypatch):
    """Autovacuum sees none of the rows before they are committed, and says that there are none."""
    monkeypatch.setattr("oversight.data.services.imports.batches.BATCH", 20)
    monkeypatch.setattr(writing, "in_batches", _analysing(writing.in_batches))
    before = _index_rows_read("")
    rows = ({"prompt": f"q{n}", "response_a": "1", "response_b": "2"} for n in range(400))
    load(jsonl(*rows), "compare")
    assert ReviewItem.objects.count() == 400
    assert _index_rows_read("") - before < 60 * 400


def _analysing(in_batches):
    def batches(*given):
        for number, batch in enumerate(in_batches(*given)):
            if number in (2, 10):
                params = connection.get_connection_params()
                with psycopg.connect(**params, autocommit=True) as other:
                    other.execute("ANALYZE (SKIP_LOCKED)")  # as autovacuum does
            yield batch

    return batches


def _index_rows_read(table="oversight_query"):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname LIKE %s || '%%'",
            [table],
        )
        return cursor.fetchone()[0]


@pytest.mark.fault("import-speed")
def test_a_batch_is_bounded_in_size_too(monkeypatch):
    sizes = []
    monkeypatch.setattr("oversight.data.services.imports.batches.BATCH_BYTES", 1000)
    monkeypatch.setitem(writing.WRITERS, QueryRow, lambda target, rows: sizes.append(len(rows)))
    load(jsonl(*({"text": "x" * 290} for _ in range(10))))
    assert sizes == [4, 4, 2]
