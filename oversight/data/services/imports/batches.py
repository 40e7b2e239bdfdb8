"""What the writers of rows share: where they write to, and what they have written so far."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from django.db.models import Max

from oversight.asking.selectors.reviews import open_priorities
from oversight.campaigns.services.queries import AddedQueries, NewQuery, add_queries
from oversight.data.importers import Answer, QueryRow, Refused, Row, Source
from oversight.errors import BadRows
from oversight.models import Campaign, Origin, Query, User

from .answers import Answers
from .near import NearCopies

Leave = Callable[[Refused], None]
BATCH = 4000
BATCH_BYTES = 8 * 1024 * 1024
SHOWN_CHARS = 80


@dataclass(frozen=True)
class LineConflict:
    """A line repeats a query and brings another reference or kind, which was not taken."""

    line: int
    field: str
    kept: str
    brought: str

    def __str__(self) -> str:
        name = {"node": "kind"}.get(self.field, self.field)
        kept = f"stays “{_short(self.kept)}”" if self.kept else "stays empty"
        return f"line {self.line}: the {name} {kept}, this line says “{_short(self.brought)}”"


@dataclass
class Imported:
    """How many rows of each kind were written, the lines that only repeat what is there, and those
    of them that contradict it, those that are nearly another. `last_before` is the id of the last
    query that was there. `unused`: where it was told what the columns are, those that are nothing."""

    campaign: Campaign
    counts: Counter[str] = field(default_factory=Counter)
    duplicate_lines: list[int] = field(default_factory=list)
    conflicts: list[LineConflict] = field(default_factory=list)
    near: NearCopies = field(default_factory=NearCopies)
    last_before: int = 0
    unused: list[str] = field(default_factory=list)


class Target:
    """One import under way into one campaign. Holds of what it wrote what labels said, no texts."""

    def __init__(
        self,
        campaign: Campaign,
        held_out_share: float,
        written_by: User | None = None,
        *,
        responses_per_item: int = 2,
        leave_out: Leave | None = None,
    ) -> None:
        self.campaign = campaign
        self.held_out_share = held_out_share
        self.written_by = written_by
        self.responses_per_item = responses_per_item
        last = Query.objects.filter(campaign=campaign).aggregate(last=Max("pk"))["last"]
        self.imported = Imported(campaign, last_before=last or 0)
        self.labels: set[tuple[int | str | float, ...]] = set()
        self.leave_out = leave_out
        self.answers = Answers(campaign)
        # Of the batch that is being written: its queries that were there before it.
        self.old_queries: set[int] = set()
        # And those rows' queries, by identity, that filled in what an earlier one had left empty:
        # a line says too little, since that of a JSON array may hold several.
        self._filling: set[int] = set()
        # The first of those that the import wrote and that preferences may follow from.
        self.first_judgement: int | None = None

    @cached_property
    def open_priorities(self) -> list[float]:
        """The places in the queue of what waited there before the import."""
        return open_priorities(self.campaign)

    def add_queries(self, rows: Sequence[QueryRow]) -> AddedQueries:
        added = add_queries(
            campaign=self.campaign,
            queries=[NewQuery(row.text, row.node, row.reference, row.turns) for row in rows],
            origin=Origin.IMPORTED,
            written_by=self.written_by,
            held_out_share=self.held_out_share,
        )
        self.old_queries = set(added.ids).difference(added.new_ids)
        self._filling = {id(rows[index]) for index in added.filled}
        self.imported.counts["queries"] += len(added.new_ids)
        repeated = {duplicate.index for duplicate in added.duplicates}
        new = ((row.line, row.text) for n, row in enumerate(rows) if n not in repeated)
        self.imported.near.add(new)
        self.imported.conflicts += [
            LineConflict(rows[each.index].line, each.field, each.kept, each.brought)
            for each in added.conflicts
        ]
        return added

    def add_responses(self, answers: Sequence[tuple[int, Answer]]) -> list[int]:
        """Return the ids of responses to queries by id; the same answer given twice is one row."""
        ids = self.answers.add(answers, self.old_queries)
        self.imported.counts["responses"] += len(self.answers.new_ids)
        return ids

    def note_repeats(self, queries: Iterable[QueryRow]) -> None:
        """Name rows of the batch of which nothing was written, but those whose query filled in some
        of what is known of it."""
        lines = [query.line for query in queries if id(query) not in self._filling]
        self.imported.duplicate_lines += lines

    def refuse(self, rows: Sequence[tuple[int, str]]) -> None:
        """Leave rows out, (line, reason), where that is wished. Else raises BadRows if there are any."""
        if rows and self.leave_out is None:
            raise BadRows(list(rows))
        for line, reason in rows:
            cast(Leave, self.leave_out)(Refused(line, reason))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…"


def in_batches(rows: Iterable[Row], source: Source) -> Iterator[list[Row]]:
    """Yield the rows in batches of one kind, of bounded number and size, as they are read."""
    batch: list[Row] = []
    begun = source.given
    for row in rows:
        if batch and type(row) is not type(batch[0]):
            yield batch
            batch, begun = [], source.given
        batch.append(row)
        if len(batch) == BATCH or source.given - begun >= BATCH_BYTES:
            yield batch
            batch, begun = [], source.given
    if batch:
        yield batch
