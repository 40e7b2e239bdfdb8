"""The words of queries are read by a worker: to find them takes longer than to write the texts."""

from django.db import connection, transaction

# One of our own among PostgreSQL's advisory locks, which have two numbers.
LOCK = (7_340_012, 1)
BATCH = 500
TAKE = """
DELETE FROM oversight_querytoread WHERE id IN (
  SELECT id FROM oversight_querytoread ORDER BY id LIMIT %s
) RETURNING query_id"""


def read_words() -> int:
    """Read what triggers noted until nothing is left; return of how many notes.

    A batch is one transaction: what a killed worker had taken is noted still. One worker at a time,
    so that nobody writes what was read before a response came over what was read after.
    """
    done = 0
    while count := _read_batch():
        done += count
    return done


@transaction.atomic
def _read_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(TAKE, [BATCH])
        noted = [query_id for (query_id,) in cursor.fetchall()]
        cursor.execute("SELECT read_queries(%s)", [sorted(set(noted))])
    return len(noted)
