"""In a campaign that is paused rounds rest where they are, and none begins."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oversight.errors import AtRest
from oversight.loop.selectors.turns import rounds_in_turn
from oversight.loop.services.coordinator import advance_round, coordinate
from oversight.loop.services.rounds import start_round, start_update
from oversight.loop.services.schedules import start_due_updates
from oversight.loop.services.work import claim_unit, run_unit
from oversight.models import Campaign, Stage, UnitState
from tests.factories import make_campaign, make_version

pytestmark = pytest.mark.django_db


def set_paused(campaign, *, is_paused=True):
    Campaign.objects.update(paused_at=timezone.now() if is_paused else None)
    campaign.refresh_from_db()


def test_what_runs_is_finished_and_nothing_further_begins(campaign, round_):
    advance_round(round_.pk)
    unit = claim_unit("inference")
    set_paused(campaign)
    run_unit(unit)
    unit.refresh_from_db()
    round_.refresh_from_db()
    assert (unit.state, round_.stage) == (UnitState.DONE, Stage.ATTACK)
    coordinate()
    assert not round_.units.exclude(stage=Stage.ATTACK).exists()
    assert claim_unit("inference") is None


def test_it_goes_on_where_it_stopped(campaign, round_):
    advance_round(round_.pk)
    set_paused(campaign)
    assert advance_round(round_.pk) is None
    assert rounds_in_turn([Stage.ATTACK]) == []
    set_paused(campaign, is_paused=False)
    assert rounds_in_turn([Stage.ATTACK]) == [round_.pk]
    run_unit(claim_unit("inference"))
    round_.refresh_from_db()
    assert round_.stage == Stage.RESPOND


@pytest.mark.parametrize("column", ["paused_at", "finished_at", "archived_at"])
def test_no_round_starts(column):
    campaign = make_campaign(**{column: timezone.now()})
    make_version(campaign, backend="transformers")
    for start in (start_round, start_update):
        more = {"reason": "x"} if start is start_update else {}
        with pytest.raises(AtRest, match=f"is {column.removesuffix('_at')}"):
            start(campaign=campaign, **more)


def test_not_even_where_it_was_paused_since_the_page_was_read():
    campaign = make_campaign()
    make_version(campaign, backend="transformers")
    Campaign.objects.update(paused_at=timezone.now())
    with pytest.raises(AtRest):
        start_round(campaign=campaign)


def test_nor_an_update_by_the_schedule():
    campaign = make_campaign(schedule="hours", schedule_hours=1)
    later = timezone.now() + timedelta(hours=3)
    set_paused(campaign)
    assert start_due_updates(later) == []
    set_paused(campaign, is_paused=False)
    assert len(start_due_updates(later)) == 1
