"""What a campaign has already of the queries that somebody brings.

Each key is looked up by itself, by an index that holds all of it: while a file is imported the
planner knows nothing of the rows that were just written, and a join would read them all each time.
"""

from collections.abc import Collection
from typing import NamedTuple

from oversight.models import Campaign
from oversight.statements import Statement


class KnownQuery(NamedTuple):
    """A usable query. `is_free`: no round has planned with it yet."""

    id: int
    node: str
    reference: str
    is_free: bool


KNOWN = Statement(
    """
    SELECT given.key, known.id, known.node, known.reference, known.round_id IS NULL
    FROM unnest(%(keys)s::text[]) AS given(key)
    CROSS JOIN LATERAL (
        SELECT id, node, reference, round_id FROM oversight_query
        WHERE campaign_id = %(campaign)s AND text_sha256 = given.key AND rejected_reason = ''
        LIMIT 1
    ) AS known
    """
)
# "held_out" sorts before "train": should an old cluster be on both sides, held-out rows win.
CLUSTERS = Statement(
    """
    SELECT given.key, known.cluster
    FROM unnest(%(keys)s::text[]) AS given(key)
    CROSS JOIN LATERAL (
        SELECT cluster FROM oversight_query
        WHERE campaign_id = %(campaign)s AND loose_key = given.key
        ORDER BY split LIMIT 1
    ) AS known
    """
)
SPLITS = Statement(
    """
    SELECT given.key, known.split
    FROM unnest(%(keys)s::text[]) AS given(key)
    CROSS JOIN LATERAL (
        SELECT split FROM oversight_query
        WHERE campaign_id = %(campaign)s AND cluster = given.key
        ORDER BY split LIMIT 1
    ) AS known
    """
)


def known_queries(campaign: Campaign, digests: Collection[str]) -> dict[str, KnownQuery]:
    """Return the usable queries of these exact texts, by digest."""
    rows = KNOWN.all(campaign=campaign.pk, keys=list(digests))
    return {digest: KnownQuery(*values) for digest, *values in rows}


def known_clusters(campaign: Campaign, loose_keys: Collection[str]) -> dict[str, str]:
    """Return the clusters of the queries of these loose keys, used or not, by key."""
    return dict(CLUSTERS.all(campaign=campaign.pk, keys=list(loose_keys)))


def known_splits(campaign: Campaign, clusters: Collection[str]) -> dict[str, str]:
    """Return the splits of these clusters, by cluster."""
    return dict(SPLITS.all(campaign=campaign.pk, keys=list(clusters)))
