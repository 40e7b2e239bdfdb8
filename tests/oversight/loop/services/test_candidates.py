"""A learner trained elsewhere is put before the gate: both answer, nothing is trained."""

import pytest

from oversight.errors import InvalidCampaign, WrongState
from oversight.loop.selectors.routes import versions_asked
from oversight.loop.services.candidates import compare_candidate, register_candidate
from oversight.models import (
    Evaluation,
    ModelVersion,
    Purpose,
    Response,
    Snapshot,
    Stage,
    TrainingRun,
)
from tests.factories import make_user, make_version

pytestmark = pytest.mark.django_db
ELSEWHERE = {"name": "colleague", "backend": "transformers", "location": "starter:attacker"}


def test_it_is_compared_with_the_learner_at_work_and_nothing_is_trained(campaign, drive):
    learner = campaign.active_versions.get(role="learner").version
    round_ = register_candidate(
        campaign=campaign, user=make_user(), parent=learner, reason="from Ann", **ELSEWHERE
    )
    assert round_.candidate.parent == learner
    assert versions_asked(round_, Stage.EVALUATE) == [round_.candidate, learner]
    drive(round_, Stage.DONE)
    evaluation = Evaluation.objects.get(round=round_)
    assert (evaluation.candidate, evaluation.baseline) == (round_.candidate, learner)
    assert not evaluation.is_promoted, "an attacker answers no question"
    answered = Response.objects.filter(version=round_.candidate, purpose=Purpose.EVALUATION)
    assert answered.count() == 12
    assert not TrainingRun.objects.exists()
    assert not Snapshot.objects.exists()
    assert round_.plan["slots"] == []


def test_one_that_does_not_answer_is_refused_with_the_reason(campaign, drive, monkeypatch):
    from oversight.versions.services import delivery

    monkeypatch.setattr(delivery, "try_model", lambda spec, role: "it fell over")
    round_ = register_candidate(campaign=campaign, user=make_user(), **ELSEWHERE)
    drive(round_, Stage.DONE)
    assert "was not put before the gate: it fell over" in round_.outcome
    assert not Evaluation.objects.exists()


def test_it_is_put_before_the_gate_once(campaign, drive, monkeypatch):
    from oversight.versions.services import delivery

    monkeypatch.setattr(delivery, "try_model", lambda spec, role: "it fell over")
    user = make_user()
    round_ = register_candidate(campaign=campaign, user=user, **ELSEWHERE)
    with pytest.raises(WrongState, match="still open"):
        compare_candidate(version=round_.candidate, user=user)
    Evaluation.objects.create(
        campaign=campaign, candidate=round_.candidate, baseline=round_.learner, is_promoted=False
    )
    with pytest.raises(WrongState, match="before the gate already"):
        compare_candidate(version=round_.candidate, user=user)


def test_what_was_at_work_or_is_no_learner_is_not_compared(campaign):
    critic = make_version(campaign, "critic", active=False)
    with pytest.raises(WrongState, match="no learner"):
        compare_candidate(version=critic, user=make_user())
    learner = campaign.active_versions.get(role="learner").version
    with pytest.raises(WrongState, match="was at work"):
        compare_candidate(version=learner, user=make_user())


def test_a_refused_registration_leaves_no_version(campaign, round_):
    before = ModelVersion.objects.count()
    with pytest.raises(WrongState, match="still open"):
        register_candidate(campaign=campaign, user=make_user(), **ELSEWHERE)
    with pytest.raises(InvalidCampaign):
        register_candidate(
            campaign=campaign, user=make_user(), **ELSEWHERE | {"backend": "recorded"}
        )
    assert ModelVersion.objects.count() == before
