"""Cross-examination holds no round up: what does not come about is left out, and says why."""

import pytest
from django.db.models import F
from django.utils import timezone

from models_srv.types import ModelUnavailable
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.rounds import start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages.crossing import testify
from oversight.models import (
    CrossQuestion,
    CrossVerdict,
    ModelServer,
    ReviewItem,
    Stage,
    UnitState,
    WorkUnit,
)
from tests.factories import make_campaign, make_query, make_response, make_user, set_settings
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def examining(campaign, drive):
    """A round of a campaign that examines all, before the first of it is done."""
    set_settings(campaign, cross_share=1)
    return drive(start_round(campaign=campaign), Stage.EXAMINE)


LOST = [
    {"state": UnitState.FAILED, "error": "broken"},
    {"state": UnitState.PENDING, "attempts": 5, "error": "The budget is spent."},
]


@pytest.mark.parametrize("state", LOST)
def test_what_does_not_come_about_is_left_out_and_holds_nobody_up(examining, drive, state):
    units = WorkUnit.objects.filter(round=examining, stage=Stage.EXAMINE)
    units.update(**state)
    assert advance_round(examining.pk) == Stage.ROUTE
    assert units.get().state == UnitState.CANCELLED
    assert units.get().error == state["error"]
    drive(examining, Stage.REVIEW)
    assert ReviewItem.objects.filter(round=examining).exists()


def test_a_server_that_rests_and_rests_is_left_out_one_that_naps_is_waited_for(examining):
    server = ModelServer.objects.create(
        location="http://x",
        state="resting",
        last_error="refused",
        next_try=timezone.now(),
        failures=1,
    )
    WorkUnit.objects.filter(round=examining, stage=Stage.EXAMINE).update(server=server)
    assert advance_round(examining.pk) == Stage.EXAMINE
    ModelServer.objects.update(failures=5)
    assert advance_round(examining.pk) == Stage.ROUTE
    unit = WorkUnit.objects.get(round=examining, stage=Stage.EXAMINE)
    assert (unit.state, unit.error) == (UnitState.CANCELLED, "http://x did not answer: refused")


@pytest.fixture
def waiting(monkeypatch):
    """A round whose learner is to answer once more, in four units, and whose budget is spent."""

    def spent(_):
        raise ModelUnavailable("The budget is spent.")

    monkeypatch.setattr(testify, "require_budget", spent)
    slots = [{"node": "", "near": None}] * 100
    round_ = make_round(campaign := make_campaign(), None, slots=slots, cross_share=1.0)
    round_.stage = Stage.TESTIFY
    round_.save(update_fields=["stage"])
    query = make_query(campaign, round=round_, slot=0)
    answer = make_response(query, version=round_.learner)
    CrossQuestion.objects.create(round=round_, response=answer, number=1, text="?", domain="mine")
    return round_


def time_passes(units):
    """Until the next of these units is due."""
    due = units.filter(state=UnitState.PENDING).earliest("available_at").available_at
    units.update(available_at=F("available_at") - (due - timezone.now()))


def test_units_that_wait_with_one_that_is_tried_in_vain_are_left_out_with_it(waiting):
    units = WorkUnit.objects.filter(round=waiting, stage=Stage.TESTIFY)
    for _ in range(5):
        assert advance_round(waiting.pk) == Stage.TESTIFY
        run_unit(claim_unit("inference", waiting.pk))
        assert claim_unit("inference", waiting.pk) is None
        time_passes(units)
    assert advance_round(waiting.pk) == Stage.ROUTE
    assert set(units.values_list("state", "attempts")) == {("cancelled", 5), ("cancelled", 0)}
    assert units.count() == 4


def test_what_somebody_is_at_is_waited_for_whatever_was_tried_in_vain(waiting):
    advance_round(waiting.pk)
    busy = claim_unit("inference", waiting.pk)
    left = WorkUnit.objects.filter(round=waiting).exclude(pk=busy.pk)
    left.update(attempts=5, error="The budget is spent.")
    assert advance_round(waiting.pk) == Stage.TESTIFY
    WorkUnit.objects.filter(pk=busy.pk).update(state=UnitState.DONE)
    assert advance_round(waiting.pk) == Stage.ROUTE


def test_a_unit_of_which_each_worker_dies_is_left_out_and_says_so(examining):
    for _ in range(5):
        assert advance_round(examining.pk) == Stage.EXAMINE
        unit = claim_unit("inference", examining.pk)
        assert advance_round(examining.pk) == Stage.EXAMINE
        WorkUnit.objects.filter(pk=unit.pk).update(lease_expires_at=timezone.now())
    assert advance_round(examining.pk) == Stage.ROUTE
    unit.refresh_from_db()
    assert (unit.state, unit.attempts) == (UnitState.CANCELLED, 5)
    assert unit.error.startswith("Whoever was at it stopped")


def test_a_worker_whose_unit_was_left_out_writes_nothing(examining):
    unit = claim_unit("inference", examining.pk)
    WorkUnit.objects.filter(pk=unit.pk).update(state=UnitState.CANCELLED)
    run_unit(unit)
    assert not CrossQuestion.objects.exists()


def test_a_worker_that_dies_has_its_unit_done_by_another(examining, drive):
    first = claim_unit("inference", examining.pk)
    WorkUnit.objects.filter(pk=first.pk).update(lease_expires_at=timezone.now())
    second = claim_unit("inference", examining.pk)
    assert second.pk == first.pk
    run_unit(second)
    written = CrossQuestion.objects.count()
    run_unit(first)
    assert CrossQuestion.objects.count() == written > 0
    drive(examining, Stage.ROUTE)
    assert CrossVerdict.objects.count() == written


def test_a_cancelled_round_examines_no_more(examining):
    cancel_round(round=examining, reason="enough", cancelled_by=make_user())
    assert claim_unit("inference", examining.pk) is None
    states = WorkUnit.objects.filter(stage=Stage.EXAMINE).values_list("state", flat=True)
    assert set(states) == {UnitState.CANCELLED}
    examining.refresh_from_db()
    assert (examining.stage, examining.cancelled_in) == (Stage.DONE, Stage.EXAMINE)
