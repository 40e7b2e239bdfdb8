"""Adding queries to a campaign, from wherever they come."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from oversight.errors import WrongState
from oversight.models import Campaign, Query, Split, User
from oversight.policies.splitting import in_share

MAX_QUERY_CHARS = 100_000
BATCH = 500
SALT = "held-out"

WORD = re.compile(r"[^\W\d_]+|\d+|#")


def text_digest(text: str) -> str:
    """Return the sha256 that tells whether two queries say the same, white space and case aside."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(folded.encode()).hexdigest()


def cluster_of(text: str) -> str:
    """Return the key of the queries that are this one with other numbers and names.

    Numbers and words that start with a capital inside a sentence are masked, so that a template
    filled in twice falls into one cluster and never straddles a split.
    """
    words = WORD.findall(unicodedata.normalize("NFKC", text))
    masked = ["#" if w.isdigit() else "@" if w[:1].isupper() else w for w in words]
    return hashlib.sha256(" ".join(masked).encode()).hexdigest()[:16]


def storable(text: str) -> str:
    """Return the text as PostgreSQL can hold it: NUL, which it refuses, becomes U+FFFD."""
    return text.replace("\x00", "�")


@dataclass(frozen=True)
class NewQuery:
    """A query to add: text, kind, and a reference answer that nobody is shown."""

    text: str
    node: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Duplicate:
    """`index` counts from 0 in what was given; `query_id` is the one that says the same already."""

    index: int
    query_id: int


@dataclass(frozen=True)
class AddedQueries:
    """`ids` has the query of each one given, in order; `queries` are those that are new."""

    queries: list[Query]
    duplicates: list[Duplicate]
    ids: list[int]


def add_queries(
    *,
    campaign: Campaign,
    queries: Sequence[NewQuery],
    origin: str,
    written_by: User | None = None,
    held_out_share: float = 0.0,
) -> AddedQueries:
    """Add those that the campaign does not have yet; report the others.

    A share of the clusters is held out. A cluster that the campaign knows stays on its side, so
    that near-copies never straddle the split. Raises WrongState where the same text arrives from
    elsewhere at the same moment.
    """
    try:
        with transaction.atomic():
            return _add(campaign, queries, origin, written_by, held_out_share)
    except IntegrityError as error:
        raise WrongState(
            f"one of these queries was added to {campaign.slug} just now: send them again"
        ) from error


def _add(
    campaign: Campaign,
    queries: Sequence[NewQuery],
    origin: str,
    written_by: User | None,
    share: float,
) -> AddedQueries:
    digests = [text_digest(query.text) for query in queries]
    known = _known_ids(campaign, digests)
    splits = _splits(campaign, queries, share)
    rows: dict[str, Query] = {}
    repeated: list[int] = []
    for index, (new, digest) in enumerate(zip(queries, digests, strict=True)):
        if digest in known or digest in rows:
            repeated.append(index)
        else:
            rows[digest] = _query(campaign, new, digest, splits, origin, written_by)
    Query.objects.bulk_create(rows.values(), batch_size=BATCH)
    ids = known | {digest: query.pk for digest, query in rows.items()}
    return AddedQueries(
        queries=list(rows.values()),
        duplicates=[Duplicate(index, ids[digests[index]]) for index in repeated],
        ids=[ids[digest] for digest in digests],
    )


def _query(
    campaign: Campaign,
    new: NewQuery,
    digest: str,
    splits: dict[str, str],
    origin: str,
    written_by: User | None,
) -> Query:
    cluster = cluster_of(new.text)
    return Query(
        campaign=campaign,
        text=new.text,
        text_sha256=digest,
        origin=origin,
        split=splits[cluster],
        node=new.node,
        cluster=cluster,
        reference=new.reference,
        written_by=written_by,
    )


def _known_ids(campaign: Campaign, digests: Sequence[str]) -> dict[str, int]:
    known = Query.objects.usable().filter(campaign=campaign, text_sha256__in=digests)
    return dict(known.values_list("text_sha256", "pk"))


def split_of(campaign: Campaign, text: str) -> str:
    """Return the split of the text's cluster in the campaign, train where it is new."""
    return _splits(campaign, [NewQuery(text)], 0.0)[cluster_of(text)]


def _splits(campaign: Campaign, queries: Sequence[NewQuery], share: float) -> dict[str, str]:
    """Return each cluster's split: the one it has in the campaign, else drawn from its name."""
    clusters = {cluster_of(query.text) for query in queries}
    # Held-out rows come last and win, should an old cluster be on both sides.
    known = Query.objects.filter(campaign=campaign, cluster__in=clusters).order_by("-split")
    drawn = {
        cluster: Split.HELD_OUT.value if in_share(cluster, share, SALT) else Split.TRAIN.value
        for cluster in clusters
    }
    return drawn | dict(known.values_list("cluster", "split").distinct())
