"""A model server that does not answer: how long it rests, who tries it, what is told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from oversight.models import ModelServer, ServerState
from oversight.versions.policies.servers import LONGEST_REST, rest_after, waiting_words
from oversight.versions.services.loading import queue_of
from oversight.versions.services.servers import (
    PROBE,
    due_for_a_try,
    hold_probes,
    note_flow,
    put_to_rest,
    server_of,
    take_probe,
    wake,
)
from tests.factories import make_campaign, make_version

URL = "http://gpu:8000/v1"


@pytest.fixture
def server(db):
    return ModelServer.objects.create(location=URL)


def later(server):
    ModelServer.objects.filter(pk=server.pk).update(next_try=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        pytest.param(1, 2, id="first"),
        pytest.param(2, 4, id="second"),
        pytest.param(6, 64, id="sixth"),
        pytest.param(60, LONGEST_REST.total_seconds(), id="never longer"),
    ],
)
def test_it_rests_longer_after_each_failure(failures, seconds):
    assert rest_after(failures) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3.0, "now"),
        (0.4, "now"),
        (1.2, "in 1 second"),
        (31.7, "in 32 seconds"),
        (299.0, "in 5 minutes"),
    ],
)
def test_what_is_told_is_a_sentence(seconds, words):
    told = waiting_words("m", URL, "gave no answer: Connection refused.", seconds)
    place = f"Waiting for m at {URL}, next try {words}."
    assert told == f"{place} Last error: gave no answer: Connection refused."


def test_versions_at_the_same_place_with_the_same_key_share_a_server(db):
    campaign = make_campaign()
    place = {"backend": "openai", "location": URL}
    first = make_version(campaign, **place)
    second = make_version(campaign, "critic", **place)
    keyed = make_version(campaign, "attacker", api_key_env="OUR_API_KEY", **place)
    assert server_of(first) == server_of(second) != server_of(keyed)


def test_it_is_tried_by_one_and_only_when_its_time_has_come(server):
    put_to_rest(server.pk, "gone")
    assert not take_probe(server.pk)
    later(server)
    assert take_probe(server.pk)
    assert not take_probe(server.pk)


def test_who_tries_it_and_dies_is_followed_by_another(server):
    put_to_rest(server.pk, "gone")
    later(server)
    take_probe(server.pk)
    hold_probes([server.pk])
    server.refresh_from_db()
    assert server.next_try <= timezone.now() + PROBE
    later(server)
    assert take_probe(server.pk)


def test_an_answer_wakes_it_and_its_failures_are_forgotten(server):
    put_to_rest(server.pk, "gone")
    put_to_rest(server.pk, "gone again\0")
    server.refresh_from_db()
    assert (server.failures, server.last_error) == (2, "gone again")
    wake(server.pk)
    server.refresh_from_db()
    assert (server.state, server.failures, server.next_try) == (ServerState.ANSWERING, 0, None)
    assert not due_for_a_try().exists()
    put_to_rest(server.pk, "")
    server.refresh_from_db()
    assert server.failures == 1
    assert server.last_error


def test_what_it_takes_is_not_noted_while_it_rests(server):
    put_to_rest(server.pk, "gone")
    note_flow(server.pk, in_flight=9, refused={"m": ["seed"]})
    server.refresh_from_db()
    assert server.in_flight == 0
    wake(server.pk)
    note_flow(server.pk, in_flight=9, refused={"m": ["seed"]})
    server.refresh_from_db()
    assert (server.in_flight, server.refused) == (9, {"m": ["seed"]})


@pytest.mark.fault("database")
def test_it_does_not_wait_for_a_clock_that_was_set_back(server, monkeypatch):
    put_to_rest(server.pk, "gone")
    before = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: before - timedelta(hours=2))
    assert due_for_a_try().exists()


@pytest.mark.parametrize(
    "fields", [{"next_try": None}, {"last_error": ""}], ids=["until-when", "why"]
)
def test_the_database_knows_that_a_resting_server_says(server, fields):
    put_to_rest(server.pk, "gone")
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelServer.objects.filter(pk=server.pk).update(**fields)


def test_the_database_knows_each_server_once(server):
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelServer.objects.create(location=URL)


def test_what_loads_a_model_goes_where_models_are_loaded(db):
    campaign = make_campaign()
    served = make_version(campaign, backend="openai", location=URL)
    loaded = make_version(campaign, "critic", backend="transformers", location="starter:critic")
    assert queue_of([served]) == "servers"
    assert queue_of([loaded]) == queue_of([served, loaded]) == queue_of([]) == "inference"
