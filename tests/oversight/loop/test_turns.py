"""Campaigns share the workers: none waits until another has had all that it wanted."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from oversight.loop.selectors.turns import rounds_in_turn
from oversight.loop.services.work import claim_unit
from oversight.models import Stage, UnitState, WorkUnit
from tests.factories import make_campaign, make_round, make_version

pytestmark = [pytest.mark.django_db, pytest.mark.fault("fairness")]
STAGES = [Stage.RESPOND]


@pytest.fixture
def rounds():
    """Two campaigns' rounds, the older one with ten times the work."""
    made = [make_round(make_version(make_campaign()), stage=Stage.RESPOND) for _ in range(2)]
    for round_, count in zip(made, (40, 4), strict=True):
        WorkUnit.objects.bulk_create(
            WorkUnit(round=round_, stage=Stage.RESPOND, index=index) for index in range(count)
        )
    return made


def hold(unit, minutes, *, ago=0.0):
    """Let a unit have held its worker for so long, until so many minutes ago."""
    end = timezone.now() - timedelta(minutes=ago)
    WorkUnit.objects.filter(pk=unit.pk).update(
        state=UnitState.DONE, started_at=end - timedelta(minutes=minutes), ended_at=end
    )


def test_who_held_the_workers_least_is_served_first(rounds):
    older, newer = rounds
    assert rounds_in_turn(STAGES) == [older.pk, newer.pk]
    hold(older.units.first(), 3)
    assert rounds_in_turn(STAGES) == [newer.pk, older.pk]
    hold(newer.units.first(), 4)
    assert rounds_in_turn(STAGES) == [older.pk, newer.pk]


def test_what_was_used_ten_minutes_ago_is_forgotten(rounds):
    older, newer = rounds
    hold(older.units.first(), 60, ago=11)
    assert rounds_in_turn(STAGES) == [older.pk, newer.pk]
    hold(older.units.last(), 60, ago=5)
    hold(newer.units.first(), 6)
    assert rounds_in_turn(STAGES) == [older.pk, newer.pk]


def test_a_unit_that_is_still_at_work_counts(rounds):
    older, newer = rounds
    assert claim_unit("inference").round_id == older.pk
    WorkUnit.objects.filter(state=UnitState.RUNNING).update(
        started_at=timezone.now() - timedelta(minutes=2)
    )
    assert claim_unit("inference").round_id == newer.pk


def test_a_round_without_a_due_unit_has_no_turn(rounds):
    older, newer = rounds
    older.units.update(available_at=timezone.now() + timedelta(minutes=1))
    newer.units.update(state=UnitState.FAILED)
    assert rounds_in_turn(STAGES) == []
    assert rounds_in_turn([Stage.ATTACK]) == []


def test_a_slow_campaign_gets_as_much_time_as_a_fast_one_and_not_as_many_units(rounds):
    """One worker; the older campaign's units take two minutes each, the newer one's ten seconds."""
    older, newer = rounds
    WorkUnit.objects.bulk_create(
        WorkUnit(round=newer, stage=Stage.RESPOND, index=index) for index in range(4, 100)
    )
    minutes = {older.pk: 2.0, newer.pk: 1 / 6}
    used, units = Counter(), Counter()
    for _ in range(60):
        unit = claim_unit("inference")
        hold(unit, minutes[unit.round_id])
        used[unit.round_id] += minutes[unit.round_id]
        units[unit.round_id] += 1
        WorkUnit.objects.filter(ended_at__isnull=False).exclude(pk=unit.pk).update(
            ended_at=F("ended_at") - timedelta(minutes=minutes[unit.round_id]),
            started_at=F("started_at") - timedelta(minutes=minutes[unit.round_id]),
        )
    assert units[newer.pk] > 40
    assert used[older.pk] / used[newer.pk] == pytest.approx(1, abs=0.35)
