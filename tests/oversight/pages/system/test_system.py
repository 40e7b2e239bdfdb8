"""The page of the installation: for staff, without a question that could hang."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from oversight.loop.services.presence import say_here
from oversight.models import Delivery, ServedState, Stage, UnitState, Worker, WorkUnit
from oversight.versions.services.servers import put_to_rest, server_of
from tests.factories import make_campaign, make_member, make_round, make_user, make_version

pytestmark = pytest.mark.django_db
ADDRESS = "http://vllm:8000/v1"
QUEUES = ["control", "inference", "servers", "training"]


@pytest.fixture
def staff(client):
    user = make_user(is_staff=True)
    client.force_login(user)
    return client


def page(client, query=""):
    return " ".join(client.get(f"{reverse('system')}{query}").content.decode().split())


def worker(name="all@here", queues=QUEUES, **changes):
    say_here(name=name, queues=queues, started_at=timezone.now())
    Worker.objects.filter(name=name).update(**changes)


def failing_round(user, **unit):
    learner = make_version(make_campaign(name="Sums"), backend="openai", location=ADDRESS)
    make_member(learner.campaign, "owner", user)
    round_ = make_round(learner, stage=Stage.RESPOND)
    server = server_of(learner)
    WorkUnit.objects.create(round=round_, stage=Stage.RESPOND, index=0, server=server, **unit)
    return round_


def test_all_is_well(staff):
    worker()
    text = page(staff)
    assert "All is well" in text
    assert "all@here" in text
    assert "There</span>" in text


def test_it_is_for_staff_and_so_is_the_way_there(client):
    client.force_login(make_user())
    assert client.get(reverse("system")).status_code == 403
    assert reverse("system") not in client.get(reverse("home")).content.decode()
    client.force_login(make_user(is_staff=True))
    assert reverse("system") in client.get(reverse("home")).content.decode()


def test_nobody_works_on_a_queue(staff):
    worker(queues=["control", "training"])
    assert "No worker takes work from “inference”" in page(staff)


def test_a_worker_that_fell_silent_does_not_count(staff):
    worker(seen_at=timezone.now() - timedelta(minutes=2))
    text = page(staff)
    assert "all@here has not said for a while" in text
    assert "No worker takes work from “control”" in text


def test_a_worker_of_older_code_is_named(staff):
    worker(code=1)
    assert "all@here runs older code" in page(staff)


def test_a_server_that_is_waited_for_says_why(staff):
    worker()
    failing_round(make_user(), error="connection refused")
    text = page(staff)
    assert ADDRESS in text
    assert "1 piece of work waits for it" in text
    assert "It does not answer" not in text


def test_a_server_that_rests_says_since_when_and_why(staff):
    worker()
    round_ = failing_round(make_user())
    put_to_rest(server_of(round_.learner).pk, "connection refused")
    text = page(staff)
    assert "It does not answer" in text
    assert text.count("connection refused") == 1
    assert "connection refused" in text


def test_what_failed_leads_to_its_page_in_ones_own_campaigns_only(client):
    user = make_user(is_staff=True)
    client.force_login(user)
    mine = failing_round(user, state=UnitState.FAILED, error="a fault of mine")
    failing_round(make_user(), state=UnitState.FAILED, error="a fault of theirs")
    text = page(client)
    assert "a fault of mine" in text
    assert reverse("round", args=[mine.campaign.slug, mine.number]) in text
    assert "a fault of theirs" not in text


def test_a_version_that_is_not_served_is_told(client):
    user = make_user(is_staff=True)
    client.force_login(user)
    version = make_version(make_campaign(), active=False, backend="openai", location=ADDRESS)
    make_member(version.campaign, "owner", user)
    failed = {"state": ServedState.FAILED, "outcome": "its base answers"}
    Delivery.objects.create(version=version, looked_at=timezone.now(), **failed)
    text = page(client)
    assert f"{version}, to be served" in text
    assert "its base answers" in text


def test_what_takes_long_comes_later(staff, monkeypatch):
    from oversight.pages.views import system

    monkeypatch.setattr(system, "storage", lambda: 1 / 0)
    assert "?storage=true" in page(staff)
    monkeypatch.undo()
    later = staff.get(f"{reverse('system')}?storage=true", headers={"HX-Request": "true"})
    text = later.content.decode()
    assert "Trained weights" in text
    assert "<html" not in text
    assert "Workers" in page(staff, "?storage=true")


def test_without_redis_the_page_is_there(staff, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    assert "Redis does not answer" in page(staff)
