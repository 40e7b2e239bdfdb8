"""The attacker learns from those of its own queries of which somebody confirmed what they came to."""

from collections.abc import Mapping, Sequence
from typing import Any

from oversight.learning.policies.attacker_gate import judge_attacker, why_not_told
from oversight.learning.policies.attacker_settings import TRAINED_BY
from oversight.learning.policies.gate import GateVerdict
from oversight.learning.services.training_files import OF_TRAINING, Line
from oversight.loop.stages.asking import Answered, Question
from oversight.loop.stages.chunks import chunk_count
from oversight.loop.stages.roles.attacker_pairs import attacker_lines
from oversight.loop.stages.roles.attacker_trial import (
    SEEDS_PER_UNIT,
    TRIED,
    Near,
    Written,
    ask_near,
    draw_seeds,
    read_near,
    seeds_of,
    store_written,
    tried_attacks,
)
from oversight.loop.stages.roles.learning_role import LearningRole
from oversight.models import Query, Role, Round, TrainingRun
from oversight.statistics.seeds import derive_seed


class LearningAttacker(LearningRole):
    """See `attack_pairs` in oversight/learning/policies/attack_pairs.py for what is preferred to what."""

    role = Role.ATTACKER
    pairs_from = (
        "They come from its own queries of which people or the checker confirmed what they came to: "
        "some at which the learner fails, and some at which it does not."
    )

    def is_wanted(self, plan: Mapping[str, Any]) -> bool:
        return bool(plan.get("attacker_learning"))

    def settings(self, round_: Round) -> dict[str, Any]:
        names = ("method", "min_preferences", *OF_TRAINING)
        kept = {name: round_.plan[name] for name in names if name in round_.plan}
        return {**kept, **TRAINED_BY}

    def why_not(self, run: TrainingRun) -> str:
        if not run.campaign.basics.checker:
            return "no checker knows the truth here, so that no gate could tell a better attacker"
        return why_not_told(len(draw_seeds(run)))

    def lines(self, run: TrainingRun) -> list[Line]:
        return attacker_lines(run.campaign, run.parent)

    def prepare_trial(self, run: TrainingRun) -> None:
        run.settings["trial_seeds"] = draw_seeds(run)
        run.save(update_fields=["settings"])

    def trial_parts(self, run: TrainingRun) -> int:
        return chunk_count(len(seeds_of(run)), SEEDS_PER_UNIT)

    def ask(self, run: TrainingRun, part: int) -> Sequence[Question[Near]]:
        return ask_near(run, part)

    def read(self, run: TrainingRun, answered: Sequence[Answered[Near]]) -> list[Written]:
        return read_near(answered)

    def write(self, run: TrainingRun, found: list[Written]) -> None:
        store_written(run, found)

    def tried_queries(self, run: TrainingRun) -> list[Query]:
        return list(Query.objects.filter(trial=run, rejected_reason=TRIED).order_by("pk"))

    def judge(self, run: TrainingRun) -> GateVerdict:
        assert run.round is not None
        return judge_attacker(tried_attacks(run), derive_seed(run.round.seed, "gate", self.role))


ATTACKER = LearningAttacker()
