"""The loop's state is rows: the coordinator asks them what is missing and dispatches it."""

import pytest
from kombu.exceptions import OperationalError

from oversight import dispatch
from oversight.errors import InvalidCampaign, WrongState
from oversight.loop.services.coordinator import advance_round, coordinate
from oversight.loop.services.rounds import close_review, retry_failed, start_round
from oversight.models import ActiveVersion, Query, Role, Round, Stage, UnitState, WorkUnit
from tests.factories import make_campaign, make_query, make_version, set_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch, django_capture_on_commit_callbacks):
    messages = []
    monkeypatch.setattr(dispatch, "_send", lambda task, args, queue: messages.append((task, queue)))
    return messages


def test_it_creates_a_stages_units_once(round_):
    for _ in range(3):
        coordinate()
    assert sorted(round_.units.values_list("stage", "index")) == [("attack", 0)]


def test_what_redis_lost_is_dispatched_again(round_, sent, django_capture_on_commit_callbacks):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            coordinate()
    assert sent == [("oversight.tasks.work", "inference")] * 2


def test_a_stage_ends_only_with_its_last_unit(campaign, sent):
    set_settings(campaign, queries_per_round=40)  # two units
    round_ = start_round(campaign=campaign)
    advance_round(round_.pk)
    WorkUnit.objects.filter(round=round_, index=0).update(state=UnitState.DONE)
    assert advance_round(round_.pk) == Stage.ATTACK
    WorkUnit.objects.filter(round=round_).update(state=UnitState.DONE)
    assert advance_round(round_.pk) == Stage.RESPOND


def test_a_broker_that_is_down_is_no_error(round_, monkeypatch, django_capture_on_commit_callbacks):
    from oversight.celery import app

    def refuse(*args, **kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        coordinate()
    assert callbacks


def test_one_round_at_a_time(campaign, round_):
    with pytest.raises(WrongState, match="round 1 of small is still open"):
        start_round(campaign=campaign)


def test_a_round_needs_a_learner_that_can_answer():
    with pytest.raises(InvalidCampaign, match="no learner"):
        start_round(campaign=make_campaign())
    recorded = make_campaign()
    make_version(recorded)
    with pytest.raises(InvalidCampaign, match="no learner that can answer"):
        start_round(campaign=recorded)


def test_an_archived_campaign_starts_nothing(campaign):
    from django.utils import timezone

    campaign.archived_at = timezone.now()
    with pytest.raises(WrongState, match="archived"):
        start_round(campaign=campaign)


def test_the_plan_is_frozen(campaign, round_):
    set_settings(campaign, samples_per_query=9, guidelines="changed")
    round_.refresh_from_db()
    assert round_.plan["samples_per_query"] == 3
    assert set(round_.plan["prompt_hashes"]) == {
        "guidelines",
        "learner_instructions",
        "attacker_instructions",
    }
    assert len(round_.plan["slots"]) == 24


def test_without_an_attacker_the_pool_is_used_up(campaign):
    ActiveVersion.objects.filter(campaign=campaign, role=Role.ATTACKER).delete()
    pool = Query.objects.train().filter(campaign=campaign).count()
    round_ = start_round(campaign=campaign)
    assert Query.objects.filter(round=round_).count() == min(pool, 24)
    assert advance_round(round_.pk) == Stage.RESPOND
    Round.objects.filter(pk=round_.pk).update(stage=Stage.DONE, finished_at=round_.created_at)
    make_query(campaign, "one more question")
    if pool <= 24:
        assert start_round(campaign=campaign).queries.count() == 1


def test_an_empty_pool_is_said(campaign):
    ActiveVersion.objects.filter(campaign=campaign, role=Role.ATTACKER).delete()
    Query.objects.train().filter(campaign=campaign).delete()
    with pytest.raises(InvalidCampaign, match="no attacker and no unused queries"):
        start_round(campaign=campaign)


def test_only_a_review_can_be_closed_and_only_a_failure_retried(round_):
    with pytest.raises(WrongState, match="not waiting for people"):
        close_review(round=round_)
    with pytest.raises(WrongState, match="has failed"):
        retry_failed(round=round_)
