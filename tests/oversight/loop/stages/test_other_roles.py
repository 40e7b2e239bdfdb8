"""A critic is trained at the end of a round, tried on held-out answers, and put before its gate."""

import json
from pathlib import Path

import pytest

from models_srv.roles.critic import build_critique_request
from oversight.learning.policies.gate import GateVerdict
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import close_review, start_round
from oversight.loop.stages.roles import roles_that_learn, trained_roles
from oversight.loop.stages.roles.critic import LearningCritic
from oversight.models import (
    OF_OTHER_ROLES,
    CommentVerdict,
    Critique,
    Evaluation,
    ModelVersion,
    Promotion,
    Query,
    ReviewItem,
    Role,
    RunState,
    Split,
    Stage,
    TrainingRun,
    WorkUnit,
)
from oversight.versions.selectors.active import active_version
from tests.factories import set_settings
from tests.oversight.small_rounds import simulated_judgement

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning(campaign):
    set_settings(campaign, critic_learning="all", min_preferences=1, audit_share=1.0)
    return campaign


def call_all_fake(round_):
    """Let a simulated person call each comment fake and prefer the first answer."""
    for item in ReviewItem.objects.open().filter(round=round_):
        said = simulated_judgement(item)
        for critique in Critique.objects.filter(response__in=item.response_ids):
            for comment in critique.comments.all():
                CommentVerdict.objects.create(judgement=said, comment=comment, verdict="fake")


def few_are_enough(monkeypatch):
    monkeypatch.setattr("oversight.learning.policies.critic_gate.LEAST_FLAWED", 1)


def test_a_round_whose_roles_do_not_learn_has_no_unit_of_theirs(round_, drive, judge_all):
    drive(round_, Stage.REVIEW)
    judge_all(round_)
    drive(round_, Stage.DONE)
    assert roles_that_learn(round_) == []
    assert not WorkUnit.objects.filter(round=round_, stage__in=OF_OTHER_ROLES).exists()
    assert [run.role for run in TrainingRun.objects.filter(round=round_)] == [Role.LEARNER]


def test_a_critic_is_trained_tried_and_judged(learning, drive, monkeypatch, settings):
    few_are_enough(monkeypatch)
    better = GateVerdict(True, ("it makes up less",), {"answers": 3.0})
    monkeypatch.setattr(LearningCritic, "judge", lambda self, run: better)
    round_ = start_round(campaign=learning)
    drive(round_, Stage.REVIEW)
    call_all_fake(round_)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_, role=Role.CRITIC)
    assert run.state == RunState.SUCCEEDED, run.reason
    assert (run.parent, run.result_version.parent) == (round_.critic, round_.critic)
    assert active_version(learning, Role.CRITIC) == run.result_version
    assert Promotion.objects.get(version=run.result_version).reason.endswith("it makes up less")
    assert Evaluation.objects.get(round=round_, role=Role.CRITIC).candidate == run.result_version
    tried = Critique.objects.filter(version=run.result_version)
    assert set(tried.values_list("response__query__split", flat=True)) == {Split.HELD_OUT}
    assert set(tried.values_list("response__purpose", flat=True)) == {"evaluation", "tampered"}
    # The learner's own run and verdict are what a round is asked for.
    assert round_.training_run.role == Role.LEARNER
    assert round_.evaluation.role == Role.LEARNER
    check_lines(run, round_, settings)


def check_lines(run, round_, settings):
    """No line is of a held-out query, and simulated verdicts say that they are."""
    lines = (Path(settings.ARTIFACTS) / run.folder / "pairs.jsonl").read_text().splitlines()
    held_out = Query.objects.held_out().filter(campaign=round_.campaign)
    prompts = " ".join(lines)
    assert not any(json.dumps(query.text)[1:-1] in prompts for query in held_out)
    said = run.settings["pairs"]
    assert said
    assert sum(said.values()) == len(lines)
    assert all(name.startswith("simulated") or name == "tampered" for name in said)
    first = json.loads(lines[0])
    asked = {build_critique_request(query="q", response="r")[0].role}
    assert {turn["role"] for turn in first["prompt"]} >= asked


def test_simulated_verdicts_train_nothing_unless_the_campaign_says_so(learning, drive):
    set_settings(learning, critic_learning="people", tampered_items=0)
    round_ = start_round(campaign=learning)
    drive(round_, Stage.REVIEW)
    call_all_fake(round_)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_, role=Role.CRITIC)
    assert run.state == RunState.SKIPPED
    assert run.reason.startswith(
        "0 pairs to train on, at least 1 are asked for. They come from comments"
    )
    assert not Evaluation.objects.filter(round=round_, role=Role.CRITIC).exists()
    assert active_version(learning, Role.CRITIC) == round_.critic


def test_too_few_held_out_answers_are_no_gate(learning, drive):
    round_ = start_round(campaign=learning)
    drive(round_, Stage.REVIEW)
    call_all_fake(round_)
    close_review(round=round_)
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_, role=Role.CRITIC)
    assert run.state == RunState.SKIPPED
    assert "at least 20 of each are needed to tell one critic from another" in run.reason


def test_a_served_critic_is_not_trained_and_says_so(learning, drive):
    round_ = start_round(campaign=learning)
    drive(round_, Stage.REVIEW)
    close_review(round=round_)
    drive(round_, Stage.COACH)
    ModelVersion.objects.filter(pk=round_.critic_id).update(
        backend="openai", location="http://127.0.0.1:9/v1"
    )
    drive(round_, Stage.DONE)
    run = TrainingRun.objects.get(round=round_, role=Role.CRITIC)
    assert "is behind a server" in run.reason
    assert trained_roles(round_) == []


def test_a_role_that_was_changed_meanwhile_is_not_overridden(learning, drive, monkeypatch):
    few_are_enough(monkeypatch)
    better = GateVerdict(True, ("it makes up less",), {})
    monkeypatch.setattr(LearningCritic, "judge", lambda self, run: better)
    round_ = start_round(campaign=learning)
    drive(round_, Stage.REVIEW)
    call_all_fake(round_)
    close_review(round=round_)
    drive(round_, Stage.SETTLE)
    from oversight.versions.services.promotion import make_active

    other = ModelVersion.objects.create(
        campaign=learning, role=Role.CRITIC, name="other", backend="transformers", location="x"
    )
    make_active(version=other, reason="by hand")
    assert advance_round(round_.pk) == Stage.SETTLE
    drive(round_, Stage.DONE)
    evaluation = Evaluation.objects.get(round=round_, role=Role.CRITIC)
    assert not evaluation.is_promoted
    assert "is not active any more" in evaluation.reasons[0]
    assert active_version(learning, Role.CRITIC) == other
