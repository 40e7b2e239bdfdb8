"""What a role brings in order to learn at the end of a round."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from models_srv.roles.search_cost import Cost
from oversight.learning.policies.gate import GateVerdict
from oversight.learning.services.training_files import Line
from oversight.loop.stages.asking import Answered, Question
from oversight.models import Query, Role, Round, TrainingRun


class LearningRole(ABC):
    """A role that is trained (stage COACH), tried (TRIAL, and where the learner is to answer what it
    wrote, REPLY) and promoted or refused (SETTLE).

    A run's `parent` is the version that the round worked with, its `result_version` the new one. As
    with stages nothing is written but in `prepare_trial` and `write`, which are called within the
    transaction that marks their unit done.
    """

    role: ClassVar[Role]
    pairs_from: ClassVar[str] = (
        ""  # a sentence for who has too few: where they come from, what to do
    )

    @abstractmethod
    def is_wanted(self, plan: Mapping[str, Any]) -> bool:
        """Whether the round's plan says that the role learns. Plans of an earlier time say nothing."""

    @abstractmethod
    def settings(self, round_: Round) -> dict[str, Any]:
        """Return what the training is to be made with, by the names of a campaign's settings of
        training; `min_preferences` is the fewest pairs."""

    @abstractmethod
    def why_not(self, run: TrainingRun) -> str:
        """Return in words why it cannot be trained now, or its gate could not tell; "" where it can.

        What `oversight.learning.policies.trainable` knows, and too few pairs, are said already.
        """

    @abstractmethod
    def lines(self, run: TrainingRun) -> list[Line]:
        """Return the pairs to train on, as `models_srv.training.rows.read_pairs` reads them; `source`
        says in a word where a pair is from. None of a held-out query."""

    @abstractmethod
    def prepare_trial(self, run: TrainingRun) -> None:
        """Write what the trial asks about, once the new version is there."""

    @abstractmethod
    def trial_parts(self, run: TrainingRun) -> int:
        """Return the number of units of the trial: it follows from rows that no longer change."""

    @abstractmethod
    def ask(self, run: TrainingRun, part: int) -> Sequence[Question[Any]]:
        """Return what is asked, of the new version and of the parent, in one part of the trial."""

    @abstractmethod
    def read(self, run: TrainingRun, answered: Sequence[Answered[Any]]) -> Any:
        """Return what the answers of a part mean."""

    @abstractmethod
    def write(self, run: TrainingRun, found: Any) -> None:
        """Store what `read` returned, each output with its provenance."""

    def searches(self, found: Any) -> list[tuple[int, Cost]]:
        """Return what searches of the trial took besides what was asked, with the version's id."""
        return []

    def tried_queries(self, run: TrainingRun) -> list[Query]:
        """Return the queries of the trial that the learner is to answer, once all parts are done."""
        return []

    @abstractmethod
    def judge(self, run: TrainingRun) -> GateVerdict:
        """Return whether the new version is to be put to work, why, and what was measured."""
