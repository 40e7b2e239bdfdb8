"""What the writers of rows share: where they write to, and what they have written so far."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from oversight.asking.selectors.reviews import open_priorities
from oversight.campaigns.services.queries import AddedQueries, NewQuery, add_queries
from oversight.data.importers import Answer, QueryRow, Row, Source
from oversight.models import (
    BackendKind,
    Campaign,
    ModelVersion,
    Origin,
    Purpose,
    Response,
    Role,
    User,
)

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
    of them that contradict it."""

    campaign: Campaign
    counts: Counter[str] = field(default_factory=Counter)
    duplicate_lines: list[int] = field(default_factory=list)
    conflicts: list[LineConflict] = field(default_factory=list)


class Target:
    """One import under way into one campaign. Holds keys and digests of what it wrote, no texts."""

    def __init__(
        self,
        campaign: Campaign,
        held_out_share: float,
        written_by: User | None = None,
        *,
        responses_per_item: int = 2,
    ) -> None:
        self.campaign = campaign
        self.held_out_share = held_out_share
        self.written_by = written_by
        self.responses_per_item = responses_per_item
        self.imported = Imported(campaign)
        self.labels: set[tuple[int | str | float, ...]] = set()
        self._versions: dict[tuple[str, int], ModelVersion] = {}
        self._responses: dict[tuple[int, int, str], int] = {}
        self._samples: Counter[tuple[int, int]] = Counter()

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
        self.imported.counts["queries"] += len(added.new_ids)
        self.imported.conflicts += [
            LineConflict(rows[each.index].line, each.field, each.kept, each.brought)
            for each in added.conflicts
        ]
        return added

    def add_responses(self, answers: Sequence[tuple[int, Answer]]) -> list[int]:
        """Return the ids of responses to queries by id; the same answer given twice is one row."""
        keys = [self._key(query_id, answer) for query_id, answer in answers]
        missing: dict[tuple[int, int, str], Response] = {}
        for key, (_, answer) in zip(keys, answers, strict=True):
            if key not in self._responses and key not in missing:
                missing[key] = self._response(key, answer)
        Response.objects.bulk_create(missing.values(), batch_size=BATCH)
        self._responses |= {key: response.pk for key, response in missing.items()}
        self.imported.counts["responses"] += len(missing)
        return [self._responses[key] for key in keys]

    def recall_responses(self, query_ids: Sequence[int], name: str) -> None:
        """Count a version's earlier responses to these queries as written: none is written twice."""
        version = self._version(name, 0)
        earlier = Response.objects.filter(
            query__in=set(query_ids), version=version, purpose=Purpose.FEEDBACK
        )
        for response in earlier.only("query_id", "sample", "text", "messages"):
            key = self._key(response.query_id, Answer(name, response.text, turns=response.messages))
            self._responses[key] = response.pk
            self._samples[key[:2]] = max(self._samples[key[:2]], response.sample + 1)

    def _key(self, query_id: int, answer: Answer) -> tuple[int, int, str]:
        version = self._version(answer.name, answer.revision)
        return query_id, version.pk, answer.digest

    def _response(self, key: tuple[int, int, str], answer: Answer) -> Response:
        query_id, version_id, _ = key
        sample = self._samples[query_id, version_id]
        self._samples[query_id, version_id] += 1
        return Response(
            query_id=query_id,
            version_id=version_id,
            sample=sample,
            text=answer.text,
            messages=list(answer.turns) if answer.turns else None,
            is_marked_correct=answer.is_correct,
        )

    def _version(self, name: str, revision: int) -> ModelVersion:
        key = (name, revision)
        if key not in self._versions:
            self._versions[key], _ = ModelVersion.objects.get_or_create(
                campaign=self.campaign,
                role=Role.LEARNER,
                name=name,
                revision=revision,
                defaults={"backend": BackendKind.RECORDED},
            )
        return self._versions[key]


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
