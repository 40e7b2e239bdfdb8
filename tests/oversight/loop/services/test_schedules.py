"""Updates begin when they are due, once, and say why where they do not."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from oversight.attacks.selectors.weakness import opinions_by_kind
from oversight.campaigns.policies.splitting import in_share
from oversight.campaigns.services.settings import change_settings
from oversight.data.policies.shares import VALIDATION_SALT, VALIDATION_SHARE
from oversight.data.services.snapshots import make_snapshot
from oversight.errors import WrongState
from oversight.learning.selectors.updates import reason_to_wait, told_too_few
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import start_update
from oversight.loop.services.schedules import start_due_updates
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS, train
from oversight.models import (
    BackendKind,
    Preference,
    Round,
    RunState,
    Schedule,
    ScheduledUpdate,
    Source,
    Stage,
    TrainingRun,
)
from tests.factories import make_campaign, make_query, make_response, make_round, make_version

pytestmark = pytest.mark.django_db

SET_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def scheduled(kind=Schedule.BY_HAND, **fields):
    campaign = make_campaign(
        **{
            "schedule": kind,
            "schedule_set_at": SET_AT,
            "schedule_at": time(3, 0),
            "schedule_hours": 6,
            "schedule_preferences": 3,
            "min_preferences": 1,
            **fields,
        }
    )
    make_version(campaign, backend=BackendKind.TRANSFORMERS)
    return campaign


def prefer(campaign, count):
    for _ in range(count):
        query = make_query(campaign)
        Preference.objects.create(
            campaign=campaign,
            query=query,
            chosen=make_response(query, "good"),
            rejected=make_response(query, "bad"),
            source=Source.PERSON,
        )


def finish(round_, *, took_all=True):
    """End the round as a successful update would."""
    if took_all:
        TrainingRun.objects.create(
            campaign=round_.campaign,
            round=round_,
            snapshot=make_snapshot(campaign=round_.campaign),
            parent=round_.learner,
            state=RunState.SUCCEEDED,
            result_version=make_version(round_.campaign, active=False),
        )
    Round.objects.filter(pk=round_.pk).update(stage=Stage.DONE, finished_at=SET_AT)


def at(hours):
    return SET_AT + timedelta(hours=hours)


def test_by_hand_nothing_begins_by_itself():
    prefer(scheduled(), 9)
    assert start_due_updates(at(1000)) == []


def test_after_enough_new_preferences_and_not_again_until_there_are_more():
    campaign = scheduled(Schedule.PREFERENCES)
    prefer(campaign, 2)
    assert start_due_updates() == []
    prefer(campaign, 1)
    [row] = start_due_updates()
    assert row.round.plan["slots"] == []
    assert row.reason == "started by the schedule, after 3 new preferences"
    assert start_due_updates() == []
    finish(row.round)
    assert start_due_updates() == []
    prefer(campaign, 3)
    assert len(start_due_updates()) == 1


def test_daily_at_a_time_once_a_day():
    campaign = scheduled(Schedule.DAILY)
    prefer(campaign, 1)
    assert start_due_updates(at(14.9)) == []  # 02:54
    [row] = start_due_updates(at(15.1))
    assert row.due_at == at(15)
    assert start_due_updates(at(16)) == []
    finish(row.round)
    prefer(campaign, 1)
    assert len(start_due_updates(at(39.5))) == 1


def test_a_time_in_another_zone_is_that_zones(settings):
    from django.utils import timezone

    prefer(scheduled(Schedule.DAILY), 1)
    with timezone.override("Asia/Tokyo"):
        assert start_due_updates(at(5.9)) == []
        [row] = start_due_updates(at(6))
    assert row.due_at == at(6)  # 03:00 in Tokyo


def test_every_so_many_hours_and_missed_ones_are_not_made_up_for():
    campaign = scheduled(Schedule.HOURS)
    prefer(campaign, 1)
    assert start_due_updates(at(5.9)) == []
    [row] = start_due_updates(at(25))
    assert row.due_at == at(24)
    assert campaign.scheduled_updates.count() == 1


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        pytest.param(lambda c: None, "0 preferences, at least 1 are asked for", id="nothing"),
        pytest.param(
            lambda c: (prefer(c, 1), finish(start_update(campaign=c, reason="by hand"))),
            "no new preferences since the last update",
            id="nothing-new",
        ),
        pytest.param(
            lambda c: (prefer(c, 1), start_update(campaign=c, reason="by hand")),
            "round 1 is under way, and ends with an update",
            id="one-at-a-time",
        ),
        pytest.param(
            lambda c: (prefer(c, 1), c.active_versions.all().delete()),
            "has no learner",
            id="no-learner",
        ),
    ],
)
def test_what_cannot_begin_is_skipped_with_the_reason(prepare, reason):
    campaign = scheduled(Schedule.HOURS)
    prepare(campaign)
    [row] = start_due_updates(at(7))
    assert row.round is None
    assert row.reason.startswith("skipped: ")
    assert reason in row.reason
    assert start_due_updates(at(8)) == []


def test_what_is_kept_to_validate_is_told_alike_before_an_update_and_of_one_that_was_skipped():
    campaign = scheduled(min_preferences=20)
    prefer(campaign, 17)
    to_train, to_validate = (
        next(
            str(n)
            for n in range(1000)
            if in_share(str(n), VALIDATION_SHARE, VALIDATION_SALT) == side
        )
        for side in (False, True)
    )
    campaign.queries.update(cluster=to_train)
    kept = list(campaign.queries.order_by("pk").values_list("pk", flat=True)[:2])
    campaign.queries.filter(pk__in=kept).update(cluster=to_validate)
    told = "17 preferences, 2 of them kept to validate: 15 to train on, at least 20 are asked for"
    assert reason_to_wait(campaign) == told
    run = TrainingRun.objects.create(
        campaign=campaign,
        round=make_round(campaign.versions.get()),
        parent=campaign.versions.get(),
        snapshot=make_snapshot(campaign=campaign),
        settings={"min_preferences": 20, "method": "lora"},
    )
    assert train.think(run.round, 0) is None
    run.refresh_from_db()
    assert (run.state, run.reason) == (RunState.SKIPPED, told)


@pytest.mark.parametrize(
    ("preferences", "kept", "words"),
    [
        (
            17,
            2,
            "17 preferences, 2 of them kept to validate: 15 to train on, at least 20 are asked",
        ),
        (17, 0, "17 preferences, at least 20 are asked for"),
        (1, 0, "1 preference, at least 20 are asked for"),
    ],
)
def test_too_few_preferences_are_told_with_those_kept(preferences, kept, words):
    assert told_too_few(preferences, kept, 20).startswith(words)


def test_by_hand_the_reason_is_told():
    campaign = scheduled()
    with pytest.raises(WrongState, match="at least 1 are asked for"):
        start_update(campaign=campaign, reason="by hand")


def test_a_learner_whose_weights_are_elsewhere_is_not_updated():
    campaign = scheduled()
    prefer(campaign, 1)
    campaign.versions.update(backend=BackendKind.OPENAI, location="http://127.0.0.1:1/v1")
    with pytest.raises(WrongState, match="on its server alone"):
        start_update(campaign=campaign, reason="by hand")


def test_an_archived_campaign_is_left_alone():
    campaign = scheduled(Schedule.HOURS, archived_at=SET_AT)
    prefer(campaign, 1)
    assert start_due_updates(at(7)) == []


def test_a_changed_schedule_counts_from_now():
    campaign = scheduled(Schedule.DAILY)
    change_settings(campaign=campaign, name="Other")
    assert campaign.updates.schedule_set_at == SET_AT
    change_settings(campaign=campaign, schedule_at=time(4, 0))
    assert campaign.updates.schedule_set_at > SET_AT


def test_an_update_goes_through_the_stages_without_asking_anybody():
    campaign = scheduled()
    prefer(campaign, 2)
    round_ = start_update(campaign=campaign, reason="by hand")
    # Trained on nothing here: the flow is what is tested.
    round_.plan["min_preferences"] = 1000
    round_.save()
    while (stage := advance_round(round_.pk)) != Stage.DONE:
        run_unit(claim_unit(HANDLERS[stage].queue, round_.pk))
    round_.refresh_from_db()
    assert not round_.queries.exists()
    assert not round_.decisions.exists()
    assert "at least 1000 are asked for" in round_.outcome
    assert round_.training_run.snapshot.rows.count() == 2


def test_the_attacker_still_aims_at_what_the_last_attack_found():
    from oversight.models import Critique

    campaign = scheduled()
    critic = make_version(campaign, "critic")
    prefer(campaign, 1)
    attack = start_update(campaign=campaign, reason="by hand")
    answer = make_response(make_query(campaign, round=attack, node="sums"))
    Critique.objects.create(response=answer, version=critic, p_flawed=0.8)
    finish(attack, took_all=False)
    finish(start_update(campaign=campaign, reason="by hand"))
    assert opinions_by_kind(campaign) == {"sums": 0.8}


def test_the_database_holds_one_training_at_a_time():
    campaign = scheduled()
    parent = campaign.versions.get()
    TrainingRun.objects.create(campaign=campaign, parent=parent, state=RunState.RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRun.objects.create(campaign=campaign, parent=parent)


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_the_same_moment_start_one():
    campaign = scheduled(Schedule.HOURS)
    prefer(campaign, 1)
    barrier = threading.Barrier(3)

    def look():
        barrier.wait()
        try:
            start_due_updates(at(7))
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ScheduledUpdate.objects.filter(campaign=campaign).count() == 1
    assert campaign.rounds.count() == 1


def test_beat_starts_what_is_due():
    from oversight.tasks import coordinate

    campaign = scheduled(Schedule.PREFERENCES)
    prefer(campaign, 3)
    coordinate()
    assert campaign.scheduled_updates.get().round == campaign.rounds.get()
