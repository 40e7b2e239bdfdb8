"""Real updates at the gate: the default loss passes, plain DPO harms here and is refused.

Pairs of one query differ in a few tokens; plain DPO then makes the chosen answers less likely too
(Pal et al., Smaug, 2024). The gate is what keeps such a learner from going to work.
"""

import pytest

from models_srv.dpo import PLAIN
from oversight.demo import DEMO_SETTINGS, create_demo_campaign
from oversight.loop.services.rounds import close_review, start_round
from oversight.models import Evaluation, Role, Stage, TrainingRun
from oversight.versions.selectors.active import active_version

pytestmark = pytest.mark.django_db

SIZE = {"held_out": 80, "train": 100, "queries_per_round": 96, "samples_per_query": 4}
STEPS = {"epochs": 15}  # as many steps as a round of the demo's size takes


@pytest.fixture
def run(drive):
    """Return a function that runs one round on AI feedback alone and returns its evaluation."""

    def run_round(**settings):
        campaign = create_demo_campaign(slug="gate", **SIZE, human_budget=0, **settings)
        round_ = start_round(campaign=campaign)
        drive(round_, Stage.REVIEW)
        close_review(round=round_)
        drive(round_, Stage.DONE)
        assert TrainingRun.objects.get(round=round_).state == "succeeded"
        return campaign, round_, Evaluation.objects.get(round=round_)

    return run_round


def test_plain_dpo_is_refused_and_the_old_version_stays(run):
    plain = {**PLAIN, "loss": "dpo", "beta": 0.1}
    rate = DEMO_SETTINGS["learning_rate"]
    campaign, round_, evaluation = run(**plain, learning_rate=rate, **STEPS)
    assert not evaluation.is_promoted
    assert evaluation.metrics["candidate_score"] < evaluation.metrics["baseline_score"]
    assert "not better beyond chance" in evaluation.reasons[0]
    assert active_version(campaign, Role.LEARNER) == round_.learner


def test_the_default_loss_gives_a_better_learner_that_goes_to_work(run):
    campaign, round_, evaluation = run(**STEPS)
    assert evaluation.is_promoted, evaluation.reasons
    assert evaluation.metrics["candidate_score"] > evaluation.metrics["baseline_score"]
    active = active_version(campaign, Role.LEARNER)
    assert active == evaluation.candidate
    assert active.parent == round_.learner
