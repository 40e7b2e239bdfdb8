"""What a snapshot takes, and the hash that names it.

A row's digest is the sha256 of its fields, each written `length:value,` with the length in bytes of
UTF-8: the query's text and turns, the chosen response's, the rejected one's, source, p_w, p_l, weight,
split. Turns are empty but for conversations of several, and JSON as PostgreSQL writes `jsonb`; numbers
are the shortest that read back the same, without `.0`. The snapshot's hash is the sha256 of the rows'
digests in hexadecimal, sorted, one a line. So it names the content alone, on any machine.
"""

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from oversight.data.selectors.datasets.preferences import BELIEF, STANDING, split_of
from oversight.data.selectors.datasets.registry import Wanted, bound
from oversight.data.selectors.encodings.copying import text_lines
from oversight.models import Campaign


@dataclass(frozen=True)
class Freeze:
    """Which standing preferences a snapshot takes; what is empty asks nothing."""

    sources: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    least_belief: float = 0.0
    first_round: int | None = None
    last_round: int | None = None
    since: date | None = None
    until: date | None = None
    simulated: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return what was asked for, dates as text; nothing where all was taken."""
        usual = asdict(Freeze())
        found = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in found.items()
        }


FIELDS = [
    *("q.text", "coalesce(q.messages::text, '')"),
    *("c.text", "coalesce(c.messages::text, '')"),
    *("r.text", "coalesce(r.messages::text, '')"),
    *("p.source", "p.p_w::text", "p.p_l::text", "p.weight::text"),
    split_of("q.cluster"),
]
DIGEST = "encode(sha256(convert_to(concat({}), 'UTF8')), 'hex')".format(
    ", ".join(f"octet_length({each}), ':', {each}, ','" for each in FIELDS)
)
NEAR_HELD_OUT = """EXISTS (
  SELECT FROM oversight_query h WHERE h.campaign_id = p.campaign_id AND h.split = 'held_out'
    AND h.cluster = q.cluster
) OR EXISTS (
  SELECT FROM oversight_query h WHERE h.campaign_id = p.campaign_id AND h.split = 'held_out'
    AND h.loose_key = q.loose_key)"""
TAKE = """CREATE TEMP TABLE frozen ON COMMIT DROP AS
SELECT p.id, {digest} AS digest, {split} AS split, ({near}) AS is_near_held_out
FROM oversight_preference p
CROSS JOIN LATERAL (SELECT * FROM oversight_query WHERE id = p.query_id OFFSET 0) q
CROSS JOIN LATERAL (SELECT * FROM oversight_response WHERE id = p.chosen_id OFFSET 0) c
CROSS JOIN LATERAL (SELECT * FROM oversight_response WHERE id = p.rejected_id OFFSET 0) r
WHERE {tests}"""


def take_rows(campaign: Campaign, asked: Freeze) -> int:
    """Gather the rows in a temporary table, until the transaction ends; return how many were left
    out since they are near a held-out query.
    """
    tests = " AND ".join([STANDING, *_tests(asked)])
    text = TAKE.format(digest=DIGEST, split=split_of("q.cluster"), near=NEAR_HELD_OUT, tests=tests)
    values = {**asdict(asked), "until": asked.until}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.frozen")
        cursor.execute(bound(text, Wanted(campaign), **values))
        cursor.execute("DELETE FROM frozen WHERE is_near_held_out")
        return int(cursor.rowcount)


def frozen_sha256() -> str:
    """Return the hash of the rows that were gathered."""
    digest = hashlib.sha256()
    for block in text_lines('SELECT digest FROM frozen ORDER BY digest COLLATE "C"'):
        digest.update(block)
    return digest.hexdigest()


def _tests(asked: Freeze) -> list[str]:
    round_number = "(SELECT number FROM oversight_round WHERE id = p.round_id)"
    tests = {
        "p.source = ANY(%(sources)s)": asked.sources,
        "p.source <> 'simulated'": not asked.simulated,
        "p.kind = ANY(%(kinds)s)": asked.kinds,
        "q.node = ANY(%(nodes)s)": asked.nodes,
        f"{BELIEF} >= %(least_belief)s": asked.least_belief,
        f"{round_number} >= %(first_round)s": asked.first_round is not None,
        f"{round_number} <= %(last_round)s": asked.last_round is not None,
        "p.created_at >= %(since)s::timestamp": asked.since,
        "p.created_at < %(until)s::timestamp + interval '1 day'": asked.until,
    }
    return [test for test, is_asked in tests.items() if is_asked]
