"""What a stage asks of models, and how it is answered where the models run in this process.

A stage that asks says what it asks (`ask`, which only reads) and what the answers mean (`read`).
Between the two lies whoever has them answered: `answer_here`, or for models behind servers the desk
(`oversight.loop.services.desk`), which has requests of many units and campaigns under way together.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from typing import Any, Generic, TypeVar

from models_srv.types import Generation, ModelRequest, Sampling, prompt_hash
from oversight.models import BackendKind, ModelVersion, Round
from oversight.versions.services.loading import backend_of, served_backend
from oversight.versions.services.watched import count_failure, count_generations

About = TypeVar("About")


@dataclass(frozen=True)
class Question(Generic[About]):
    """What a version is asked; `about` is what the stage wants to know it by afterwards."""

    version: ModelVersion
    request: ModelRequest
    about: About

    def answer_names(self) -> list[str]:
        """Return a name for each of its answers, the same whenever the same is asked again."""
        sampling = asdict(self.request.sampling)
        hashed = prompt_hash(self.request.conversation)
        parts = [self.version.pk, hashed, sampling, self.request.name, self.request.schema]
        whole = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
        names = (f"{whole}:{sample}" for sample in range(self.request.samples))
        return [hashlib.sha256(name.encode()).hexdigest() for name in names]


Answered = tuple[Question[About], list[Generation]]
Ask = Callable[[Round, int], Sequence[Question[Any]]]
Read = Callable[[Round, int, Sequence[Answered[Any]]], Any]


def answer_here(questions: Iterable[Question[About]]) -> list[Answered[About]]:
    """Ask the models in this process and wait: a batch for each run of one version and sampling."""
    answered: list[Answered[About]] = []
    for _, run in groupby(questions, key=_batch):
        group = list(run)
        is_served = group[0].version.backend == BackendKind.OPENAI
        answered.extend(_by_its_server(group) if is_served else _in_a_batch(group))
    return answered


def _in_a_batch(group: Sequence[Question[About]]) -> Iterator[Answered[About]]:
    rows = [each.request.conversation for each in group for _ in range(each.request.samples)]
    first = group[0]
    generations = iter(backend_of(first.version).generate(rows, first.request.sampling))
    for each in group:
        yield each, list(islice(generations, each.request.samples))


def _by_its_server(group: Sequence[Question[About]]) -> Iterator[Answered[About]]:
    """A server gets each request whole, with its seed's name and the form that the answer is to keep to:
    it answers as it would the desk."""
    version, started = group[0].version, time.perf_counter()
    backend = served_backend(version)
    asked = [backend.submit(each.request) for each in group]
    try:
        found = [each.result() for each in asked]
    except Exception as error:
        count_failure(version, error)
        raise
    said = [generation for generations in found for generation in generations]
    count_generations(version, said, time.perf_counter() - started)
    yield from zip(group, found, strict=True)


def _batch(question: Question[Any]) -> tuple[int, Sampling]:
    return question.version.pk, question.request.sampling
