"""Writes the responses of a batch, each once, however often the file or an earlier one says it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from psycopg.types.json import Jsonb

from oversight.data.importers import Answer
from oversight.models import BackendKind, Campaign, ModelVersion, Purpose, Response, Role
from oversight.statements import copy_in, fresh_ids

COLUMNS = ["id", "query_id", "version_id", "sample", "text", "is_marked_correct", "messages"]
Key = tuple[int, int, str]


class Answers:
    """What a campaign has of recorded answers. Holds those of one batch alone.

    `new_ids` are the responses that the last batch brought.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._versions: dict[tuple[str, str, int], ModelVersion] = {}
        self._known: dict[Key, int] = {}
        self._samples: Counter[tuple[int, int]] = Counter()
        self.new_ids: list[int] = []

    def add(self, answers: Sequence[tuple[int, Answer]], old: Collection[int]) -> list[int]:
        """Return the ids of responses to queries by id, written where they are not there.

        `old` are the queries that may have responses already.
        """
        self._recall(answers, old)
        keys = [self._key(query_id, answer) for query_id, answer in answers]
        missing: dict[Key, Answer] = {}
        for key, (_, answer) in zip(keys, answers, strict=True):
            if key not in self._known:
                missing.setdefault(key, answer)
        self.new_ids = fresh_ids(Response, len(missing))
        copy_in(Response, COLUMNS, self._values(self.new_ids, missing))
        self._known |= dict(zip(missing, self.new_ids, strict=True))
        return [self._known[key] for key in keys]

    def version(self, role: str, name: str, revision: int = 0) -> ModelVersion:
        """Return the recorded version of this name. One that is at work here stays apart from it."""
        key = (role, name, revision)
        if key not in self._versions:
            version = self._recorded(role, name, revision)
            if version.backend != BackendKind.RECORDED:
                version = self._recorded(role, f"{name} (imported)", revision)
            self._versions[key] = version
        return self._versions[key]

    def _recorded(self, role: str, name: str, revision: int) -> ModelVersion:
        version, _ = ModelVersion.objects.get_or_create(
            campaign=self._campaign,
            role=role,
            name=name,
            revision=revision,
            defaults={"backend": BackendKind.RECORDED},
        )
        return version

    def _recall(self, answers: Sequence[tuple[int, Answer]], old: Collection[int]) -> None:
        """Count the earlier responses to old queries as written: none is written twice."""
        self._known.clear()
        self._samples.clear()
        if not old:
            return
        names = {(answer.name, answer.revision) for pk, answer in answers if pk in old}
        versions = [self.version(Role.LEARNER, *name) for name in names]
        earlier = Response.objects.filter(
            query__in=old, version__in=versions, purpose=Purpose.FEEDBACK
        )
        columns = ("pk", "query_id", "version_id", "sample", "text", "messages")
        for pk, query_id, version_id, sample, text, turns in earlier.values_list(*columns):
            self._known[query_id, version_id, Answer("", text, turns=turns).digest] = pk
            place = (query_id, version_id)
            self._samples[place] = max(self._samples[place], sample + 1)

    def _key(self, query_id: int, answer: Answer) -> Key:
        version = self.version(Role.LEARNER, answer.name, answer.revision)
        return query_id, version.pk, answer.digest

    def _values(
        self, ids: Sequence[int], missing: dict[Key, Answer]
    ) -> Iterator[tuple[object, ...]]:
        for pk, ((query_id, version_id, _), answer) in zip(ids, missing.items(), strict=True):
            sample = self._samples[query_id, version_id]
            self._samples[query_id, version_id] += 1
            turns = Jsonb(list(answer.turns)) if answer.turns else None
            yield pk, query_id, version_id, sample, answer.text, answer.is_correct, turns
