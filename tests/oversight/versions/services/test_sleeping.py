"""Servers that share a GPU with training sleep while it runs, and wake whatever becomes of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from models_srv.types import ModelMisconfigured
from oversight.loop.services.stopping import WorkerStops
from oversight.loop.stages import train
from oversight.models import Delivery, ModelServer, ServedState, ServerState, Stage, UnitState
from oversight.versions.services import serving
from oversight.versions.services.servers import put_to_rest, server_of
from oversight.versions.services.sleeping import WHY, servers_asleep
from tests.factories import make_campaign, make_round, make_version
from tests.models_srv.serving.fake_vllm import BASE, FakeVllm

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine():
    engine = FakeVllm()
    yield engine
    engine.close()


@pytest.fixture
def version(engine):
    return make_version(
        make_campaign(),
        backend="openai",
        location=engine.url,
        served_name=BASE,
        options={"sleeps_in_training": True},
    )


def asleep():
    return servers_asleep(left_by=WorkerStops)


def server(version):
    return ModelServer.objects.get(pk=server_of(version).pk)


def long_unvouched():
    long_ago = timezone.now() - timedelta(hours=1)
    ModelServer.objects.filter(state=ServerState.SLEEPING).update(next_try=long_ago)


def test_it_sleeps_while_a_model_is_trained_and_is_proven_afterwards(engine, version):
    proven = timezone.now()
    Delivery.objects.create(
        version=version, state=ServedState.PROVEN, proven_at=proven, looked_at=proven
    )
    with asleep():
        assert engine.sleeps
        assert (server(version).state, server(version).last_error) == (ServerState.SLEEPING, WHY)
    assert not engine.sleeps
    assert server(version).state == ServerState.ANSWERING
    assert Delivery.objects.get().looked_at is None


def test_it_ends_what_is_under_way_before_it_sleeps(engine, version):
    with asleep():
        pass
    assert [path for path, _ in engine.asked] == ["/sleep?level=1&mode=wait", "/wake_up"]


def test_it_wakes_where_the_training_fails(engine, version):
    with pytest.raises(ZeroDivisionError), asleep():
        raise ZeroDivisionError
    assert not engine.sleeps
    assert server(version).state == ServerState.ANSWERING


def test_it_sleeps_on_where_only_the_watcher_leaves_and_the_next_one_wakes_it(engine, version):
    with pytest.raises(WorkerStops), asleep():
        raise WorkerStops
    assert engine.sleeps
    with asleep():
        assert engine.sleeps
    assert not engine.sleeps


def test_it_sleeps_on_while_another_model_is_trained(engine, version):
    later = timezone.now() + timedelta(minutes=1)
    runs = {"state": UnitState.RUNNING, "lease_expires_at": later, "started_at": timezone.now()}
    mine = make_round(version).units.create(stage=Stage.COACH, index=0, **runs)
    other = mine.round.units.create(stage=Stage.COACH, index=1, **runs)
    with asleep():
        pass
    assert engine.sleeps
    mine.delete()
    with asleep():
        assert other.state == UnitState.RUNNING
    assert not engine.sleeps


def test_one_that_nobody_vouches_for_is_woken_by_any_worker(engine, version, monkeypatch):
    sent = []
    monkeypatch.setattr(serving, "send_after_commit", lambda task, queue: sent.append(task))
    with pytest.raises(WorkerStops), asleep():
        raise WorkerStops
    serving.serve_models()
    assert engine.sleeps
    long_unvouched()
    serving.dispatch_serving()
    assert sent == ["oversight.tasks.serve_models"]
    serving.serve_models()
    assert not engine.sleeps
    assert server(version).state == ServerState.ANSWERING


def test_who_watches_the_training_vouches_for_it(engine, version):
    with asleep() as vouch:
        long_unvouched()
        vouch()
        assert server(version).next_try > timezone.now()


def test_who_asked_it_a_moment_too_late_does_not_put_it_to_rest(engine, version):
    with asleep():
        put_to_rest(server(version).pk, "no answer")
        assert server(version).state == ServerState.SLEEPING


def test_one_that_cannot_sleep_stops_the_training_and_says_how_it_could(engine, version):
    engine.can_sleep = False
    with pytest.raises(ModelMisconfigured, match="--enable-sleep-mode"), asleep():
        pytest.fail("the GPU would not hold both")
    assert server(version).state == ServerState.ANSWERING


def test_one_that_does_not_wake_rests_like_any_that_is_away(engine, version):
    with asleep():
        engine.close()
    assert server(version).state == ServerState.RESTING


@pytest.mark.parametrize("options", [{}, {"sleeps_in_training": False}])
def test_others_go_on_answering(engine, version, options):
    version.options = options
    version.save()
    with asleep():
        assert not engine.sleeps
    assert engine.asked == []


def test_a_training_has_them_sleep_while_it_runs(engine, version, monkeypatch):
    seen = []

    def train_to_the_end(folder, *, started, polled):
        seen.append(engine.sleeps)
        raise WorkerStops

    monkeypatch.setattr(train, "train_to_the_end", train_to_the_end)
    with pytest.raises(WorkerStops):
        train.train_in(Path("/nowhere"), None)
    assert seen == [True]
