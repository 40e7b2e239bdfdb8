"""A server that was started anew knows its adapters no more: a while of waiting, and no failure."""

import pytest
from django.utils import timezone

from oversight.loop.services import desk
from oversight.loop.services.desk import work_at_desk
from oversight.models import ModelServer, ModelVersion, Response, ServerState, UnitState, WorkUnit
from tests.oversight.served_models import ScriptedModels, begin, make_served_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def models(monkeypatch):
    monkeypatch.setattr(desk, "LOOK_SECONDS", 0.05)
    fake = ScriptedModels()
    yield fake
    fake.close()


def due_if_it_rests():
    ModelServer.objects.filter(state=ServerState.RESTING).update(next_try=timezone.now())


def test_an_adapter_that_its_server_has_forgotten_is_no_failure_while_others_are_answered(models):
    of_base = begin(make_served_campaign(models.url, queries=4, roles=["learner"]))
    campaign = make_served_campaign(models.url, queries=4, roles=["learner"])
    adapter = {"served_name": "tuned", "adapter": "/a/folder"}
    ModelVersion.objects.filter(campaign=campaign).update(**adapter)
    round_ = begin(campaign)

    def reply(request):
        is_known = request["model"] != "tuned"
        return models.answer(request) if is_known else (404, "no such model")

    models.reply = reply
    for _ in range(4):
        WorkUnit.objects.exclude(state=UnitState.DONE).update(available_at=timezone.now())
        due_if_it_rests()
        work_at_desk()
    assert of_base.units.filter(stage="respond", state=UnitState.DONE).count() == 1
    unit = round_.units.get()
    assert (unit.state, unit.failures) == (UnitState.PENDING, 0)
    models.reply = models.answer
    WorkUnit.objects.update(available_at=timezone.now())
    due_if_it_rests()
    work_at_desk()
    assert Response.objects.filter(query__round=round_).count() == 8
