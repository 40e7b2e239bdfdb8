"""Adding queries to a campaign, from wherever they come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from psycopg.types.json import Jsonb

from models_srv.conversations import Turn, conversation_digest
from models_srv.texts import exact_digest, with_lf
from oversight.campaigns.policies.splitting import cluster_of, in_share, loose_key
from oversight.campaigns.selectors.queries import (
    KnownQuery,
    known_clusters,
    known_queries,
    known_splits,
)
from oversight.errors import WrongState
from oversight.models import Act, Campaign, Origin, Query, Split, User
from oversight.people.services.audit import record_act
from oversight.statements import copy_in, fresh_ids

MAX_QUERY_CHARS = 100_000
COLUMNS = [
    *("campaign_id", "origin", "written_by_id"),
    *("id", "node", "reference", "cluster", "split"),
    *("text", "text_sha256", "loose_key", "messages", "brought_by", "sampling"),
]
SALT = "held-out"


def storable(text: str) -> str:
    """Return the text as it is kept: with LF, and U+FFFD for NUL, which PostgreSQL refuses."""
    return with_lf(text).replace("\x00", "�")


def text_columns(text: str, turns: Sequence[Turn] | None = None) -> dict[str, str]:
    """Return what a query's row says of its text: the text, its identity, its near-copies' key.

    A conversation of several turns is named by them: its text alone might be another's.
    """
    kept = with_lf(text)
    digest = conversation_digest(turns) if turns else exact_digest(kept)
    return {"text": kept, "text_sha256": digest, "loose_key": loose_key(kept)}


@dataclass(frozen=True)
class NewQuery:
    """A query to add: text, kind, and a reference answer that nobody who judges is shown.

    A conversation brings its `turns`, as `checked_turns` gives them, and `as_text` of them as text.
    What a program outside wrote names it as `brought_by`, and its `strategy` where it tells.
    """

    text: str
    node: str = ""
    reference: str = ""
    turns: Sequence[Turn] | None = None
    brought_by: str = ""
    strategy: str = ""


@dataclass(frozen=True)
class Duplicate:
    """`index` counts from 0 in what was given; `query_id` is the one of exactly this text."""

    index: int
    query_id: int


@dataclass(frozen=True)
class Conflict:
    """A duplicate brings another reference or kind than its query has: that one is `kept`."""

    index: int
    query_id: int
    field: str
    kept: str
    brought: str


@dataclass(frozen=True)
class AddedQueries:
    """`ids` has the query of each one given, in order; `new_ids` are those that were added.

    `filled` are the indices of duplicates that brought a reference or kind which was empty.
    """

    ids: list[int]
    new_ids: list[int]
    duplicates: list[Duplicate]
    conflicts: list[Conflict]
    filled: set[int]


def add_queries(
    *,
    campaign: Campaign,
    queries: Sequence[NewQuery],
    origin: str,
    written_by: User | None = None,
    held_out_share: float = 0.0,
) -> AddedQueries:
    """Add those whose exact text the campaign does not have yet; report the others.

    A reference or kind that a duplicate brings fills an empty one (a kind only until a round has
    planned with the query) and never replaces another: that is a conflict, and is said.

    A share of the clusters is held out. A cluster that the campaign knows stays on its side, so
    that near-copies never straddle the split. Raises WrongState where the same text arrives from
    elsewhere at the same moment.
    """
    try:
        with transaction.atomic():
            added = _Adding(campaign, queries, origin, written_by, held_out_share).run()
            if written_by and origin == Origin.PERSON and (count := _own_count(queries, added)):
                record_act(Act.QUERIES_ADDED, campaign=campaign, by=written_by, count=count)
            return added
    except IntegrityError as error:
        raise WrongState(
            f"one of these queries was added to {campaign.slug} just now: send them again"
        ) from error


def _own_count(queries: Sequence[NewQuery], added: AddedQueries) -> int:
    """Return how many new ones no program outside wrote."""
    new = set(added.new_ids)
    pairs = zip(queries, added.ids, strict=True)
    return len({pk for query, pk in pairs if pk in new and not query.brought_by})


@dataclass
class _Row:
    """A query of the campaign once, known or to be written, with what duplicates fill in."""

    known: KnownQuery
    first: int
    is_new: bool
    is_filled: bool = False


class _Adding:
    """One call of `add_queries`."""

    def __init__(
        self,
        campaign: Campaign,
        queries: Sequence[NewQuery],
        origin: str,
        written_by: User | None,
        share: float,
    ) -> None:
        self.campaign = campaign
        self.queries = queries
        self.origin = origin
        self.written_by = written_by
        self.share = share
        self.columns = [text_columns(query.text, query.turns) for query in queries]
        self.rows: dict[str, _Row] = {}
        self.repeated: list[tuple[int, str]] = []
        self.refused: list[tuple[int, str, str, str, str]] = []
        self.filled: set[int] = set()

    def run(self) -> AddedQueries:
        self._meet()
        new = self._write()
        self._fill()
        ids = {digest: row.known.id for digest, row in self.rows.items()}
        return AddedQueries(
            ids=[ids[columns["text_sha256"]] for columns in self.columns],
            new_ids=new,
            duplicates=[Duplicate(index, ids[digest]) for index, digest in self.repeated],
            conflicts=[
                Conflict(index, ids[digest], *words) for index, digest, *words in self.refused
            ],
            filled=self.filled,
        )

    def _meet(self) -> None:
        """Sort what was given into new ones and repeats of what is there."""
        digests = [columns["text_sha256"] for columns in self.columns]
        known = known_queries(self.campaign, set(digests))
        self.rows = {digest: _Row(found, -1, is_new=False) for digest, found in known.items()}
        for index, (query, digest) in enumerate(zip(self.queries, digests, strict=True)):
            if row := self.rows.get(digest):
                self.repeated.append((index, digest))
                self._merge(row, index, digest, query)
            else:
                fresh = KnownQuery(0, query.node, with_lf(query.reference), True)
                self.rows[digest] = _Row(fresh, index, is_new=True)

    def _merge(self, row: _Row, index: int, digest: str, query: NewQuery) -> None:
        brought = {"reference": with_lf(query.reference), "node": query.node}
        for field, value in brought.items():
            kept = getattr(row.known, field)
            if not value or value == kept:
                continue
            if kept or (field == "node" and not row.known.is_free):
                self.refused.append((index, digest, field, kept, value))
            else:
                row.known = (
                    row.known._replace(node=value)
                    if field == "node"
                    else row.known._replace(reference=value)
                )
                row.is_filled = not row.is_new
                self.filled.add(index)

    def _write(self) -> list[int]:
        """Write the new ones; return their ids in the order in which they were given."""
        rows = [row for row in self.rows.values() if row.is_new]
        if not rows:
            return []
        clusters, splits = self._places(rows)
        ids = fresh_ids(Query, len(rows))
        for row, pk in zip(rows, ids, strict=True):
            row.known = row.known._replace(id=pk)
        copy_in(Query, COLUMNS, self._values(rows, clusters, splits))
        return ids

    def _values(
        self, rows: Sequence[_Row], clusters: Sequence[str], splits: dict[str, str]
    ) -> Iterator[tuple[object, ...]]:
        writer = self.written_by.pk if self.written_by else None
        for row, cluster in zip(rows, clusters, strict=True):
            pk, node, reference, _ = row.known
            text = self.columns[row.first].values()
            query = self.queries[row.first]
            origin = Origin.IMPORTED.value if query.brought_by else self.origin
            messages = Jsonb(list(query.turns)) if query.turns else None
            how = Jsonb({"strategy": query.strategy} if query.strategy else {})
            same = (self.campaign.pk, origin, writer)
            place = (pk, node, reference, cluster, splits[cluster])
            yield (*same, *place, *text, messages, query.brought_by, how)

    def _places(self, rows: Sequence[_Row]) -> tuple[list[str], dict[str, str]]:
        texts = [self.columns[row.first] for row in rows]
        clusters = _clusters(self.campaign, texts)
        return clusters, _splits(self.campaign, set(clusters), self.share)

    def _fill(self) -> None:
        for row in self.rows.values():
            if row.is_filled:
                _, node, reference, _ = row.known
                Query.objects.filter(pk=row.known.id).update(node=node, reference=reference)


def place_of(campaign: Campaign, text: str) -> tuple[str, str]:
    """Return the cluster that a text belongs to in the campaign and its split, train where new."""
    [cluster] = _clusters(campaign, [text_columns(text)])
    return cluster, _splits(campaign, {cluster}, 0.0)[cluster]


def near_held_out(campaign: Campaign, texts: Sequence[str]) -> list[bool]:
    """Return of each text whether it is in the cluster of a held-out query, or of its template.

    A text may be loosely the same as one query and of the template of another.
    """
    near = [
        {cluster, cluster_of(with_lf(text))}
        for text, cluster in zip(
            texts, _clusters(campaign, [text_columns(text) for text in texts]), strict=True
        )
    ]
    splits = known_splits(campaign, set().union(*near)) if near else {}
    return [any(splits.get(each) == Split.HELD_OUT for each in mine) for mine in near]


def _clusters(campaign: Campaign, texts: Sequence[dict[str, str]]) -> list[str]:
    """Return each text's cluster: that of a text which is loosely the same, else its template's.

    Whether a word is a name cannot be told once case is folded, so no function of the text alone
    could give both.
    """
    known = known_clusters(campaign, {columns["loose_key"] for columns in texts})
    return [known.setdefault(each["loose_key"], cluster_of(each["text"])) for each in texts]


def _splits(campaign: Campaign, clusters: set[str], share: float) -> dict[str, str]:
    """Return each cluster's split: the one it has in the campaign, else drawn from its name."""
    drawn = {
        cluster: Split.HELD_OUT.value if in_share(cluster, share, SALT) else Split.TRAIN.value
        for cluster in clusters
    }
    return drawn | known_splits(campaign, clusters)
