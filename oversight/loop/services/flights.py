"""A unit whose questions are under way at servers, and the answers that have come so far."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from models_srv.generations import pack, unpack
from models_srv.types import Generation, ModelUnavailable
from oversight.loop.stages.asking import Answered, Question
from oversight.models import ModelAnswer, WorkUnit


@dataclass(frozen=True)
class Arrival:
    """What came of one question of a unit: its answers, or why there are none."""

    token: UUID
    number: int
    outcome: list[Generation] | BaseException


Submit = Callable[[Question[Any]], "Future[list[Generation]]"]


@dataclass
class Flight:
    """A unit at work. `under_way` are the questions that have no answer yet, by their number.

    A probe asks one thing until that is answered. `failures` are questions that came to nothing, of
    which it is not yet known whether the server answers others.
    """

    unit: WorkUnit
    questions: Sequence[Question[Any]]
    submit: Submit
    arrive: Callable[[Arrival], None]
    is_probe: bool = False
    answers: dict[int, list[Generation]] = field(default_factory=dict)
    under_way: dict[int, "Future[list[Generation]]"] = field(default_factory=dict)
    failures: dict[int, ModelUnavailable] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return len(self.answers) == len(self.questions)

    def answered(self) -> list[Answered[Any]]:
        return [(each, self.answers[at]) for at, each in enumerate(self.questions)]

    def begin(self) -> None:
        """Ask what no answer is kept of. `arrive` is called in another thread, once for each."""
        self.answers = kept_answers(self.questions)
        self.go_on(at_most=1 if self.is_probe else None)

    def go_on(self, at_most: int | None = None) -> None:
        """Ask what was not asked yet."""
        asked = self.answers.keys() | self.under_way.keys() | self.failures.keys()
        left = [number for number in range(len(self.questions)) if number not in asked]
        for number in left[:at_most]:
            future = self.submit(self.questions[number])
            self.under_way[number] = future
            future.add_done_callback(partial(_report, self.unit.token, number, self.arrive))

    def land(self, number: int, answers: list[Generation]) -> None:
        self.answers[number] = answers
        self.under_way.pop(number, None)

    def miss(self, number: int, error: ModelUnavailable) -> None:
        self.failures[number] = error
        self.under_way.pop(number, None)

    def give_up(self) -> None:
        """Let nothing of it be asked any more."""
        for future in self.under_way.values():
            future.cancel()
        self.under_way.clear()


def kept_answers(questions: Sequence[Question[Any]]) -> dict[int, list[Generation]]:
    """Return the answers that were kept before, of questions all of whose answers were."""
    keys = [question.answer_names() for question in questions]
    wanted = [key for of_one in keys for key in of_one]
    rows = ModelAnswer.objects.filter(pk__in=wanted).values_list("pk", "generation")
    kept = {key: unpack(bytes(generation)) for key, generation in rows}
    return {
        number: [kept[key] for key in of_one]
        for number, of_one in enumerate(keys)
        if all(key in kept for key in of_one)
    }


def keep_answers(arrived: Iterable[tuple[Flight, int, list[Generation]]]) -> None:
    """Keep what came in one statement; another process may have kept the same."""
    rows = [
        ModelAnswer(key=key, unit=flight.unit, generation=pack(generation))
        for flight, number, answers in arrived
        for key, generation in zip(flight.questions[number].answer_names(), answers, strict=True)
    ]
    if rows:
        ModelAnswer.objects.bulk_create(rows, ignore_conflicts=True)


def _report(
    token: UUID,
    number: int,
    arrive: Callable[[Arrival], None],
    future: "Future[list[Generation]]",
) -> None:
    if not future.cancelled():
        arrive(Arrival(token, number, future.exception() or future.result()))
