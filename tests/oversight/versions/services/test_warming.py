"""What is at work in process is loaded before it is asked, the rounds under way first."""

import pytest

from models_srv.types import ModelMisconfigured
from oversight.models import Stage
from oversight.versions.services import warming
from tests.factories import make_campaign, make_round, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(monkeypatch):
    found = []
    monkeypatch.setattr(warming, "load_backend", lambda spec: found.append(spec.location))
    return found


def local(location, **fields):
    return make_version(make_campaign(**fields), backend="transformers", location=location)


def test_rounds_under_way_come_first_and_servers_not_at_all(loaded):
    busy = local("org/busy")
    local("org/idle")
    make_version(make_campaign(), backend="openai", location="http://vllm:8000/v1")
    make_round(busy, stage=Stage.ATTACK)
    assert warming.warm_up() == 2
    assert loaded[0] == "org/busy"
    assert set(loaded) == {"org/busy", "org/idle"}


def test_as_many_as_a_process_keeps(loaded):
    for number in range(warming.CACHE_SIZE + 2):
        local(f"org/{number}")
    assert warming.warm_up() == warming.CACHE_SIZE == len(loaded)


def test_what_cannot_be_loaded_holds_up_nobody(monkeypatch, caplog):
    def load(spec):
        if spec.location == "org/broken":
            raise ModelMisconfigured("no such folder")

    monkeypatch.setattr(warming, "load_backend", load)
    local("org/sound")
    local("org/broken")
    assert warming.warm_up() == 1
    assert "no such folder" in caplog.text


def test_not_those_of_campaigns_that_rest(loaded):
    local("org/resting", paused_at="2026-01-01T00:00Z")
    assert warming.warm_up() == 0
