"""What a campaign has already of the queries that somebody brings.

Each key is looked up by itself, by an index that holds all of it: while a file is imported the
planner knows nothing of the rows that were just written, and a join would read them all each time.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from oversight.campaigns.policies.splitting import cluster_of
from oversight.models import Campaign, Origin, Query, Split
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
    """Return the splits of these clusters, by cluster; held out wins should one be on both sides.

    A domain names the clusters of what it draws itself. What is like one of those but for numbers and
    names is on its side too, whatever its cluster is called.
    """
    found = dict(SPLITS.all(campaign=campaign.pk, keys=list(clusters)))
    like_drawn = _splits_of_drawn(campaign.pk)
    near = {cluster: like_drawn[cluster] for cluster in clusters if cluster in like_drawn}
    held_out = {cluster: split for cluster, split in near.items() if split == Split.HELD_OUT}
    return near | found | held_out


def held_out_clusters(campaign: Campaign) -> list[str]:
    """Return the names of all clusters that are held out."""
    rows = Query.objects.held_out().filter(campaign=campaign)
    near = _splits_of_drawn(campaign.pk).items()
    named = rows.order_by().values_list("cluster", flat=True).distinct()
    return [*named, *(cluster for cluster, split in near if split == Split.HELD_OUT)]


@lru_cache(maxsize=256)
def _splits_of_drawn(campaign_id: int) -> dict[str, str]:
    """Return what the texts that its domain drew come to, by cluster. They are there when a campaign
    begins and never change (`forget_drawn` where they are added)."""
    rows = Query.objects.filter(campaign=campaign_id, origin=Origin.TEMPLATE)
    drawn = rows.order_by("-split").values_list("text", "split")  # held out last: it wins
    return {cluster_of(text): split for text, split in drawn.iterator()}


def forget_drawn() -> None:
    """Have the next look at drawn queries go to the database."""
    _splits_of_drawn.cache_clear()
