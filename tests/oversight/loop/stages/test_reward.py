"""The reward model: when there is one, what it learns from, and what becomes of its margins."""

import json
from pathlib import Path

import pytest

from models_srv.training import TrainingStatus
from models_srv.training.config import PAIRS_FILE, SCORED_FILE
from oversight.learning.services.reward_folder import (
    LEAST_STEPS,
    prepare_reward_folder,
    scored_decisions,
)
from oversight.loop.stages import collect, reward
from oversight.models import (
    BackendKind,
    Preference,
    RewardMargin,
    RewardModel,
    RunState,
    Source,
    SourceReliability,
)
from oversight.trust.selectors.reward import people_preferences, reward_margins
from tests.factories import make_campaign, make_version
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db
AUDITS = 20


@pytest.fixture
def round_(settings, tmp_path):
    """A round of a starter learner: 20 pairs judged by people at random, 5 accepted from the critic."""
    settings.ARTIFACTS = tmp_path
    campaign = make_campaign()
    make_version(campaign, backend=BackendKind.TRANSFORMERS, location="starter:learner")
    round_ = make_round(campaign, make_version(campaign, "critic"))
    for n in range(AUDITS):
        judged_pair(round_, "a" if n % 4 else "b")
    for _ in range(5):
        add_pair(round_, 0.9)
    return round_


def judged_pair(round_, human, by=Source.PERSON):
    decision = add_pair(round_, 0.9, human=human, by=by)
    pair = (decision.response_a, decision.response_b)
    chosen, rejected = pair if human == "a" else pair[::-1]
    return Preference.objects.create(
        campaign=round_.campaign,
        round=round_,
        query=decision.query,
        chosen=chosen,
        rejected=rejected,
        source=by,
        decision=decision,
        p_w=0.9,
        p_l=0.1,
    )


def lines(path: Path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def scored(round_, **status):
    folder, labels = prepare_reward_folder(round_)
    return reward.Scored(TrainingStatus(**{"pid": None, **status}), folder, labels)


def succeeded(round_, margin):
    count = len(scored_decisions(prepare_reward_folder(round_)[0]))
    result = {"margins": [margin] * count, "steps": 50}
    return scored(round_, state="succeeded", result=result)


def test_there_is_one_where_people_have_judged_enough_and_something_was_accepted(round_):
    assert reward.unit_count(round_) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda r: r.plan.update(uses_reward_model=False), id="switched-off"),
        pytest.param(lambda r: r.plan.pop("uses_reward_model"), id="planned-before-there-was-one"),
        pytest.param(lambda r: setattr(r, "critic", None), id="no-critic"),
        pytest.param(lambda r: r.decisions.update(outcome="human"), id="nothing-accepted"),
        pytest.param(lambda r: r.decisions.update(is_random=False), id="too-few-random-audits"),
    ],
)
def test_else_there_is_none(round_, spoil):
    spoil(round_)
    assert reward.unit_count(round_) == 0


def test_too_few_labels_teach_nothing(round_):
    label = people_preferences(round_.campaign)[0]
    Preference.objects.create(
        campaign=round_.campaign,
        query=label.query,
        chosen=label.chosen,
        rejected=label.rejected,
        source=label.source,
        weight=0.0,
        supersedes=label,
    )
    assert people_preferences(round_.campaign).count() == AUDITS - 1
    assert reward.unit_count(round_) == 0


def test_it_learns_from_people_alone_and_scores_every_pair(round_):
    accepted = round_.decisions.filter(outcome="ai").first()
    Preference.objects.create(
        campaign=round_.campaign,
        query=accepted.query,
        chosen=accepted.response_a,
        rejected=accepted.response_b,
        source=Source.CRITIC,
    )
    judged_pair(round_, "a", by=Source.SIMULATED)
    folder, labels = prepare_reward_folder(round_)
    assert labels == len(lines(folder / PAIRS_FILE)) == AUDITS
    assert {(row["p_w"], row["p_l"]) for row in lines(folder / PAIRS_FILE)} == {(0.9, 0.1)}
    assert sorted(scored_decisions(folder)) == sorted(round_.decisions.values_list("pk", flat=True))
    config = json.loads((folder / "config.json").read_text())
    assert (config["max_steps"], config["patience"]) == (LEAST_STEPS, 0)


def test_it_takes_the_steps_of_an_update_on_all_pairs(round_):
    round_.plan |= {"epochs": 40, "batch_size": 2}
    folder, _ = prepare_reward_folder(round_)
    assert json.loads((folder / "config.json").read_text())["max_steps"] == 40 * 25 / 2


def test_a_restarted_training_has_the_rows_that_it_had(round_):
    folder, _ = prepare_reward_folder(round_)
    before = [(folder / name).read_bytes() for name in (PAIRS_FILE, SCORED_FILE)]
    judged_pair(round_, "a")
    _, labels = prepare_reward_folder(round_)
    assert [(folder / name).read_bytes() for name in (PAIRS_FILE, SCORED_FILE)] == before
    assert labels == AUDITS


def test_margins_are_stored_and_those_that_are_missing_stay_empty(round_):
    done = succeeded(round_, 1.5)
    done.status.result["margins"][0] = None
    reward.write(round_, 0, done)
    model = RewardModel.objects.get(round=round_)
    assert (model.state, model.labels, model.judged_by) == (RunState.SUCCEEDED, AUDITS, "person")
    assert model.result == {"steps": 50}
    first, *others = scored_decisions(done.folder)
    assert RewardMargin.objects.get(decision=first).value is None
    assert reward_margins(round_) == dict.fromkeys(others, 1.5)


def test_a_failed_training_says_why_and_the_labels_go_without(round_):
    reward.write(round_, 0, scored(round_, state="failed", reason="out of memory"))
    model = RewardModel.objects.get(round=round_)
    assert (model.state, model.reason) == (RunState.FAILED, "out of memory")
    collect.write(round_, 0, collect.think(round_, 0))
    assert SourceReliability.objects.get(round=round_, source="critic").method == "model"
    assert Preference.objects.filter(source=Source.CRITIC).count() == 5


def test_a_trained_model_scores_the_pairs_and_labels_have_its_word(round_):
    """In earnest, with the starter learner: it learns which of two made-up answers people like."""
    reward.write(round_, 0, reward.think(round_, 0))
    model = RewardModel.objects.get(round=round_)
    assert model.state == RunState.SUCCEEDED, model.reason
    assert model.result["steps"] == LEAST_STEPS
    margins = reward_margins(round_)
    assert len(margins) == AUDITS + 5
    collect.write(round_, 0, collect.think(round_, 0))
    row = SourceReliability.objects.get(round=round_, source="critic")
    assert row.method == "reward"
    labels = Preference.objects.filter(source=Source.CRITIC)
    assert [label.p_w + label.p_l for label in labels] == pytest.approx([1.0] * 5)
