"""/metrics is for this machine, or for who has the token."""

import pytest

from oversight.models import Stage, WorkUnit
from oversight.versions.services.servers import server_of
from tests.factories import make_campaign, make_round, make_version

pytestmark = pytest.mark.django_db


def status(client, **headers):
    return client.get("/metrics", **headers).status_code


def test_this_machine_may_read_it_and_others_may_not(client):
    assert status(client) == 200
    assert status(client, REMOTE_ADDR="10.0.0.7") == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_what_a_proxy_on_this_machine_passes_on_is_somebody_elses(client, header):
    assert status(client, headers={header: "127.0.0.1"}) == 403


def test_behind_a_proxy_nobody_is_near(client, settings):
    settings.PROXIES = 1
    assert status(client) == 403


def test_a_token_is_asked_of_everybody(client, settings):
    settings.METRICS_TOKEN = "t0ken"
    assert status(client) == 403
    assert status(client, headers={"Authorization": "Bearer wrong"}) == 403
    right = {"Authorization": "Bearer t0ken"}
    assert status(client, headers=right, REMOTE_ADDR="10.0.0.7") == 200


def test_it_says_what_waits_and_for_how_long(client):
    learner = make_version(make_campaign(), backend="openai", location="http://vllm:8000/v1")
    round_ = make_round(learner, stage=Stage.RESPOND)
    WorkUnit.objects.create(
        round=round_, stage=Stage.RESPOND, index=0, error="no answer", server=server_of(learner)
    )
    text = client.get("/metrics").content.decode()
    assert 'oversight_due_units{queue="servers"} 1.0' in text
    assert 'oversight_waiting_units{server="http://vllm:8000/v1"} 1.0' in text
    assert 'oversight_open_rounds{stage="respond"} 1.0' in text
    assert 'oversight_queue_messages{queue="control"}' in text
    assert "no answer" not in text


def test_without_redis_the_rest_is_told(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    text = client.get("/metrics").content.decode()
    assert 'oversight_due_units{queue="control"} 0.0' in text
    assert "oversight_queue_messages{" not in text
