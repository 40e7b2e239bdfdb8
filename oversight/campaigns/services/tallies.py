"""Putting counts together that were written piece by piece."""

from django.db import connection, transaction

LOCK = (7_340_012, 2)
GATHER = """
WITH taken AS (DELETE FROM oversight_tally RETURNING campaign_id, name, n)
INSERT INTO oversight_tally (campaign_id, name, n)
SELECT campaign_id, name, sum(n) FROM taken
WHERE campaign_id IN (SELECT id FROM oversight_campaign) GROUP BY 1, 2 HAVING sum(n) <> 0"""


@transaction.atomic
def gather_tallies() -> None:
    """Make one row of each count's. What is written meanwhile stays a row of its
    own; what a campaign left that is gone goes too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK)
        if cursor.fetchone()[0]:
            cursor.execute(GATHER)


def reckon_tallies(campaign_id: int) -> None:
    """Count a campaign's records anew, where its rows were written past the triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM oversight_tally WHERE campaign_id = %s", [campaign_id])
        cursor.execute(
            "INSERT INTO oversight_tally (campaign_id, name, n) "
            "SELECT %s, name, n FROM reckoned_tallies(%s)",
            [campaign_id, campaign_id],
        )
