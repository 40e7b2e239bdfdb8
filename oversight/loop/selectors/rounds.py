"""Rounds with their stages, as pages show them."""

from dataclasses import dataclass, field

from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from oversight.loop.policies.plan_words import LEFT, WRITES, WROTE
from oversight.loop.selectors.moves import is_movable
from oversight.loop.selectors.progress import (
    StageProgress,
    round_progress,
)
from oversight.models import (
    Campaign,
    CriticLearning,
    Evaluation,
    QueryWriting,
    Role,
    Round,
    RunState,
    Stage,
    TrainingRun,
)
from oversight.versions.selectors.lineage import takes_instructions


@dataclass(frozen=True)
class OtherRole:
    """How an attacker or a critic was trained, and what its gate said, where it came to that."""

    run: TrainingRun
    evaluation: Evaluation | None


@dataclass(frozen=True)
class LiveRound:
    """A round with its stages; `run` is its training, where it has come to that, and `others` are those
    of its attacker and its critic."""

    round: Round
    stages: list[StageProgress]
    run: TrainingRun | None
    others: list[OtherRole] = field(default_factory=list)

    @property
    def now(self) -> StageProgress | None:
        return next((stage for stage in self.stages if stage.state == "now"), None)

    @property
    def wrote(self) -> str:
        """Whether its attacker wrote its queries, as its plan is told."""
        if self.round.reached != Stage.ATTACK:
            return WROTE
        return LEFT if self.round.cancelled_in else WRITES

    @property
    def skipped(self) -> tuple[str, ...]:
        """The stages that were gone through with nothing to do, since its update was skipped."""
        is_skipped = self.run is not None and self.run.state == RunState.SKIPPED
        return (Stage.TRAIN.value, Stage.GATE.value) if is_skipped else ()

    @property
    def has_failed(self) -> bool:
        return any(stage.failed for stage in self.stages)

    @property
    def is_stuck(self) -> bool:
        """Whether a stage has failed, or waits for something that nobody here promises to come."""
        return self.has_failed or any(stage.waiting_reasons for stage in self.stages)

    @property
    def is_movable(self) -> bool:
        """Whether another model may help it on."""
        return self.is_stuck and not self.round.finished_at and is_movable(self.round)

    @property
    def waits_for_people(self) -> bool:
        """Whether they are all that it waits for."""
        if self.round.stage == Stage.REVIEW:
            return self.round.review_closed_at is None
        now = self.now
        return now is not None and now.counts_items and now.done < now.total


# A large round's plan takes megabytes, and lists of rounds need one word of it.
UPDATE_ONLY = KeyTextTransform("update_only", "plan")
ATTACKER_LEARNING = KeyTextTransform("attacker_learning", "plan")
CRITIC_LEARNING = KeyTextTransform("critic_learning", "plan")
QUERY_WRITING = KeyTextTransform("query_writing", "plan")


def open_round(campaign: Campaign) -> LiveRound | None:
    """Return the round under way, None between rounds."""
    round_ = rounds_of(campaign).filter(finished_at__isnull=True).first()
    return live_round(round_) if round_ else None


def live_round(round_: Round) -> LiveRound:
    rows = TrainingRun.objects.filter(round=round_).select_related("parent", "result_version")
    runs = {run.role: run for run in rows.order_by("pk")}
    learners = runs.pop(Role.LEARNER, None)
    others = [OtherRole(run, _evaluation(round_, run.role)) for run in runs.values()]
    return LiveRound(round_, round_progress(round_, _ahead(round_)), learners, others)


def _ahead(round_: Round) -> set[Stage]:
    """Return what follows the learner's gate by the plan. It is named from the start, so that nobody
    misses it; of a round that is over that is named which came to something."""
    if round_.finished_at or round_.candidate_id:
        return set()
    critics = getattr(round_, "critic_learning", None) or CriticLearning.OFF
    attacks = round_.attacker is not None and getattr(round_, "attacker_learning", None) == "true"
    found = {Stage.ASSESS} if _proposes(round_) else set()
    if attacks or (round_.critic_id and critics != CriticLearning.OFF):
        found |= {Stage.COACH, Stage.TRIAL, Stage.SETTLE}
    return found | {Stage.REPLY} if attacks else found


def _proposes(round_: Round) -> bool:
    """Whether its attacker is asked for kinds of weakness, as `assess.py` decides."""
    is_wanted = getattr(round_, "query_writing", None) == QueryWriting.AUTODETECT
    return is_wanted and round_.attacker is not None and takes_instructions(round_.attacker)


def _evaluation(round_: Round, role: str) -> Evaluation | None:
    rows = Evaluation.objects.filter(round=round_, role=role)
    return rows.select_related("candidate", "baseline").first()


def rounds_of(campaign: Campaign) -> QuerySet[Round]:
    """Return the rounds, their plans left to be read where they are needed.

    Each has `learners_run`, the training of its learner, None before there is one.
    """
    of_learner = Q(training_runs__role=Role.LEARNER)
    rounds = Round.objects.filter(campaign=campaign).annotate(
        update_only=UPDATE_ONLY,
        critic_learning=CRITIC_LEARNING,
        attacker_learning=ATTACKER_LEARNING,
        query_writing=QUERY_WRITING,
        learners_run=FilteredRelation("training_runs", condition=of_learner),
    )
    related = ("learner", "attacker", "critic", "candidate", "learners_run")
    return rounds.select_related(*related).defer("plan")
