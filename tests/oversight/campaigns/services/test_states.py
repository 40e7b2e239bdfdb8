"""A campaign comes into another state, by somebody, for a reason that is kept."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from oversight.campaigns.policies.states import MOVES, moves_from
from oversight.campaigns.services.states import move_campaign
from oversight.errors import WrongState
from oversight.models import Act, AuditEntry, Campaign, CampaignState, Stage
from tests.factories import make_campaign, make_round, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def maths():
    return make_campaign(slug="maths", name="Maths")


def move(campaign, verb, **options):
    move_campaign(campaign=campaign, move=MOVES[verb], reason=f"to {verb}", **options)


@pytest.mark.parametrize(
    ("verbs", "state"),
    [
        (["pause"], "paused"),
        (["pause", "resume"], "active"),
        (["finish"], "finished"),
        (["pause", "finish"], "finished"),
        (["finish", "resume"], "active"),
        (["archive"], "archived"),
        (["archive", "unarchive"], "finished"),
        (["archive", "resume"], "active"),
    ],
    ids=" ".join,
)
def test_each_way_leads_to_its_state_and_is_written_down(maths, verbs, state):
    by = make_user()
    for verb in verbs:
        move(maths, verb, by=by)
    assert maths.state == state
    assert list(Campaign.objects.in_state(state)) == [maths]
    acts = AuditEntry.objects.filter(campaign=maths, by=by).order_by("pk")
    assert [each.act for each in acts] == [MOVES[verb].act for verb in verbs]
    assert acts.last().details == {"reason": f"to {verbs[-1]}"}


def test_every_act_has_a_name_and_a_state():
    assert {move.act for move in MOVES.values()} <= set(Act.values)
    assert {move.to for move in MOVES.values()} == set(CampaignState.values)


@pytest.mark.parametrize("state", CampaignState.values)
def test_nothing_leads_where_one_is(state):
    assert moves_from(state)
    assert state not in {move.to for move in moves_from(state)}


@pytest.mark.parametrize(
    ("verbs", "again"),
    [([], "resume"), (["pause"], "pause"), (["finish"], "pause"), ([], "unarchive")],
)
def test_what_leads_nowhere_is_refused_without_a_trace(maths, verbs, again):
    for verb in verbs:
        move(maths, verb)
    entries = AuditEntry.objects.count()
    with pytest.raises(WrongState, match=f"nothing to {again}"):
        move(maths, again)
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize("verb", ["finish", "archive"])
def test_an_end_waits_for_the_round_that_is_open(maths, verb):
    round_ = make_round(make_version(maths), number=3)
    with pytest.raises(WrongState, match="round 3 of Maths is still open"):
        move(maths, verb)
    assert maths.state == "active"
    round_.stage, round_.finished_at = Stage.DONE, timezone.now()
    round_.save()
    move(maths, verb)
    assert maths.has_ended


def test_the_reason_goes_when_work_goes_on(maths):
    move(maths, "pause")
    assert (maths.state_reason, maths.state_since) == ("to pause", maths.paused_at)
    move(maths, "resume")
    assert (maths.state_reason, maths.state_since) == ("", None)


def test_what_came_out_of_the_archive_was_finished_when_it_was(maths):
    move(maths, "finish")
    finished_at = maths.finished_at
    for verb in ("archive", "unarchive"):
        move(maths, verb)
    assert maths.finished_at == finished_at


def test_no_campaign_is_paused_and_finished(maths):
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.update(paused_at=timezone.now(), finished_at=timezone.now())
