"""What a stage asks of models, and how it is answered where the models run in this process.

A stage that asks says what it asks (`ask`, which only reads) and what the answers mean (`read`).
Between the two lies whoever has them answered: `answer_here`, or for models behind servers the desk
(`oversight.loop.services.desk`), which has requests of many units and campaigns under way together.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from typing import Any, Generic, TypeVar

from models_srv.types import Generation, ModelRequest, Sampling, prompt_hash
from oversight.models import ModelVersion, Round
from oversight.versions.services.loading import backend_of

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
    """Have the models answer in this process: a batch for each run of one version and sampling."""
    answered: list[Answered[About]] = []
    for _, run in groupby(questions, key=_batch):
        group = list(run)
        rows = [each.request.conversation for each in group for _ in range(each.request.samples)]
        first = group[0]
        backend = backend_of(first.version)
        generations = iter(backend.generate(rows, first.request.sampling))
        answered.extend((each, list(islice(generations, each.request.samples))) for each in group)
    return answered


def _batch(question: Question[Any]) -> tuple[int, Sampling]:
    return question.version.pk, question.request.sampling
