"""The critic learns from what was said of its comments, and from errors that were put in."""

from collections.abc import Mapping, Sequence
from typing import Any

from models_srv.roles.search_cost import Cost
from oversight.learning.policies.critic_gate import judge_critic, why_not_told
from oversight.learning.policies.critic_settings import TRAINED_BY
from oversight.learning.policies.gate import GateVerdict
from oversight.learning.services.training_files import OF_TRAINING, Line
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.critique import Finding, Read, ask_critic, searches_of, store_findings
from oversight.loop.stages.roles.critic_curve import with_curves
from oversight.loop.stages.roles.critic_pairs import critic_lines
from oversight.loop.stages.roles.critic_trial import (
    held_out_answers,
    read_answers,
    store_tampered_answers,
    trial_of,
    tried_answers,
)
from oversight.loop.stages.roles.learning_role import LearningRole
from oversight.models import CriticLearning, Role, Round, Source, TrainingRun
from oversight.statistics.seeds import derive_seed

ANSWERS_PER_UNIT = 50


class LearningCritic(LearningRole):
    """See `critique_pairs` in models_srv/roles/critique_pairs.py for what is preferred to what."""

    role = Role.CRITIC
    pairs_from = (
        "They come from comments that people call right or made up, mend or add, from critiques that "
        "they rate, and from errors put into answers that the critic missed: have people judge "
        "comments, turn on tampered items, or ask for fewer pairs (Settings)."
    )

    def is_wanted(self, plan: Mapping[str, Any]) -> bool:
        return bool(plan.get("critic_learning", CriticLearning.OFF) != CriticLearning.OFF)

    def settings(self, round_: Round) -> dict[str, Any]:
        names = (
            "method",
            "min_preferences",
            *(name for name in OF_TRAINING if name in round_.plan),
        )
        return {**{name: round_.plan[name] for name in names}, **TRAINED_BY}

    def why_not(self, run: TrainingRun) -> str:
        if not run.campaign.basics.checker:
            return "no checker knows the truth here, so that no gate could tell a better critic"
        return why_not_told([is_flawed for _, is_flawed in held_out_answers(trial_of(run))])

    def lines(self, run: TrainingRun) -> list[Line]:
        by_revisions = bool(run.round and run.round.plan.get("critic_revisions"))
        return critic_lines(run.campaign, run.parent, _sources(run), by_revisions=by_revisions)

    def prepare_trial(self, run: TrainingRun) -> None:
        store_tampered_answers(trial_of(run))

    def trial_parts(self, run: TrainingRun) -> int:
        return -(-len(read_answers(trial_of(run))) // ANSWERS_PER_UNIT)

    def ask(self, run: TrainingRun, part: int) -> Sequence[Question[Any]]:
        first = part * ANSWERS_PER_UNIT
        rows = read_answers(trial_of(run))[first : first + ANSWERS_PER_UNIT]
        assert run.result_version is not None
        return [*ask_critic(run.result_version, rows), *ask_critic(run.parent, rows)]

    def read(
        self, run: TrainingRun, answered: Sequence[Answered[Read]]
    ) -> list[tuple[int, Finding]]:
        versions = [question.version.pk for question, _ in answered]
        return list(zip(versions, with_curves(run, answered), strict=True))

    def write(self, run: TrainingRun, found: list[tuple[int, Finding]]) -> None:
        for version in (run.parent, run.result_version):
            assert version is not None
            store_findings(version, [finding for pk, finding in found if pk == version.pk])

    def searches(self, found: list[tuple[int, Finding]]) -> list[tuple[int, Cost]]:
        return [cost for pk, finding in found for cost in searches_of(pk, [finding])]

    def judge(self, run: TrainingRun) -> GateVerdict:
        assert run.round is not None
        return judge_critic(tried_answers(run), derive_seed(run.round.seed, "gate", self.role))


def _sources(run: TrainingRun) -> list[Source]:
    assert run.round is not None
    is_all = run.round.plan.get("critic_learning") == CriticLearning.ALL
    return [Source.PERSON, Source.SIMULATED] if is_all else [Source.PERSON]


CRITIC = LearningCritic()
