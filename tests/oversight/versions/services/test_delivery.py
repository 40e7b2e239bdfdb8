"""A version comes to its servers, is proven there, and only then put to work."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from models_srv.serving.canary import CanaryText, canary_to_json
from oversight.errors import WrongState
from oversight.models import ActiveVersion, Delivery, Promotion, ServedState, Stage, TrialState
from oversight.versions.services import serving, trials
from oversight.versions.services.choosing import change_model
from oversight.versions.services.delivery import (
    begin_delivery,
    conclude_delivery,
    path_on_servers,
    try_delivery,
)
from oversight.versions.services.promotion import make_active
from oversight.versions.services.serving import put_back, serve_models
from oversight.versions.services.trials import try_models
from tests.factories import make_campaign, make_round, make_user, make_version
from tests.models_srv.serving.fake_vllm import FakeVllm, updated

pytestmark = pytest.mark.django_db

IDS = tuple(range(5, 45))
TRAINED = tuple(updated(IDS)[: len(IDS) - 1])
CANARY = canary_to_json([CanaryText(IDS, 1, TRAINED, {"base": (-3.0,) * len(TRAINED)})])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text("{}")
    return str(tmp_path / "adapter")


@pytest.fixture
def vllm(folder):
    server = FakeVllm({"": lambda ids: [-3.0] * len(ids), folder: updated})
    yield server
    server.close()


@pytest.fixture
def version(vllm, folder):
    """A learner on a server, that was at work before."""
    campaign = make_campaign()
    row = make_version(
        campaign,
        active=False,
        backend="openai",
        location=vllm.url,
        served_name="learner-v1-abc",
        adapter=folder,
    )
    begin_delivery(version=row, canary=CANARY)
    Promotion.objects.create(campaign=campaign, role="learner", version=row, reason="once")
    return row


def at_work(version):
    return ActiveVersion.objects.filter(version=version).exists()


def state_of(version):
    return Delivery.objects.get(version=version).state


def deliver(version):
    conclude_delivery(version=version, outcome=try_delivery(version))


def test_what_is_not_proven_is_not_put_to_work(version):
    with pytest.raises(WrongState, match="not proven to be served"):
        make_active(version=version, reason="at once")


def test_nor_does_the_database_let_it(version):
    with pytest.raises(IntegrityError, match="not proven to be served"), transaction.atomic():
        ActiveVersion.objects.create(campaign=version.campaign, role=version.role, version=version)
    other = make_version(version.campaign)
    with pytest.raises(IntegrityError, match="not proven to be served"), transaction.atomic():
        ActiveVersion.objects.filter(version=other).update(version=version)


def test_proven_it_may_be_put_to_work(version, vllm, folder):
    deliver(version)
    assert vllm.adapters == {"learner-v1-abc": folder}
    assert state_of(version) == ServedState.PROVEN
    evidence = Delivery.objects.get(version=version).evidence
    assert evidence["servers"][vllm.url]["shares"]["base"] == pytest.approx(1)
    make_active(version=version, reason="better")
    assert at_work(version)


def test_put_back_to_work_it_is_loaded_and_proven_first(version, vllm):
    put_back(version=version, user=make_user(), reason="It was kinder.")
    assert not at_work(version)
    assert serve_models() == 1
    assert at_work(version)
    assert Promotion.objects.filter(version=version).first().reason == "It was kinder."
    assert serve_models() == 0


def test_a_load_that_is_swallowed_changes_nothing_and_says_why(version, vllm):
    vllm.swallows = True
    old = make_version(version.campaign)
    put_back(version=version, user=make_user())
    serve_models()
    row = Delivery.objects.get(version=version)
    assert (row.state, row.asked_by) == (ServedState.FAILED, None)
    assert "answers with the base" in row.outcome
    assert at_work(old)
    assert not at_work(version)


def test_while_the_server_is_away_it_waits_and_says_so(version, vllm):
    vllm.close()
    put_back(version=version, user=make_user())
    serve_models()
    row = Delivery.objects.get(version=version)
    assert row.state == ServedState.LOADING
    assert "gave no answer" in row.waits_for
    assert serve_models() == 0, "it is tried again after a while, not at once"


def test_it_is_asked_for_once(version):
    put_back(version=version, user=make_user())
    with pytest.raises(WrongState, match="on its way"):
        put_back(version=version, user=make_user())


def test_one_that_was_never_at_work_is_not_put_back(version):
    version.pk, version.revision = None, version.revision + 1
    version.save()
    with pytest.raises(WrongState, match="never at work"):
        put_back(version=version, user=make_user())


def test_in_process_it_is_put_back_at_once(version):
    old = make_version(version.campaign, active=False)
    Promotion.objects.create(campaign=old.campaign, role="learner", version=old, reason="once")
    put_back(version=old, user=make_user())
    assert at_work(old)


def seen_long_ago(version):
    long_ago = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(version=version).update(looked_at=long_ago, proven_at=long_ago)


def test_a_server_that_was_started_anew_is_given_it_again(version, vllm, folder):
    deliver(version)
    make_active(version=version, reason="better")
    vllm.restart()
    seen_long_ago(version)
    assert serve_models() == 0
    assert state_of(version) == ServedState.LOADING
    assert serve_models() == 1
    assert state_of(version) == ServedState.PROVEN
    assert vllm.adapters == {"learner-v1-abc": folder}
    assert at_work(version)


def test_a_promotion_of_what_turns_out_not_to_be_served_is_undone(version, vllm):
    old = make_version(version.campaign)
    deliver(version)
    make_active(version=version, reason="better")
    vllm.swallows = True
    serve_models()
    assert at_work(old)
    assert "answers with the base" in Promotion.objects.filter(version=old).first().reason
    assert state_of(version) == ServedState.FAILED


def test_one_that_was_replaced_a_moment_ago_can_still_be_put_back(version, vllm):
    deliver(version)
    make_active(version=version, reason="better")
    make_active(version=make_version(version.campaign, active=False), reason="better still")
    seen_long_ago(version)
    serve_models()
    assert vllm.adapters
    assert state_of(version) == ServedState.PROVEN


def test_what_nobody_asks_any_more_is_taken_off_its_servers(version, vllm):
    deliver(version)
    seen_long_ago(version)
    serve_models()
    assert vllm.adapters == {}
    assert state_of(version) == ServedState.UNLOADED


def test_what_a_round_under_way_asks_stays(version, vllm):
    deliver(version)
    seen_long_ago(version)
    round_ = make_round(version, stage=Stage.RESPOND)
    serve_models()
    assert state_of(version) == ServedState.PROVEN
    type(round_).objects.filter(pk=round_.pk).update(stage=Stage.DONE, finished_at=timezone.now())
    seen_long_ago(version)
    serve_models()
    assert vllm.adapters == {}


def test_two_workers_do_not_load_the_same_version_at_once(version, monkeypatch):
    put_back(version=version, user=make_user())
    loaded_meanwhile = []

    def slow(row):
        monkeypatch.undo()
        loaded_meanwhile.append(serve_models())
        return try_delivery(row)

    monkeypatch.setattr(serving, "try_delivery", slow)
    assert serve_models() == 1
    assert loaded_meanwhile == [0]


def choose(campaign, vllm, folder, **fields):
    values = {
        "name": "served",
        "backend": "openai",
        "location": vllm.url,
        "adapter": folder,
        **fields,
    }
    return change_model(campaign=campaign, role="learner", user=make_user(), **values)


def test_one_that_is_chosen_is_loaded_under_a_name_that_none_had(vllm, folder):
    version = choose(make_campaign(), vllm, folder)
    assert version.served_name == f"learner-v0-{version.sha256[:8]}"
    try_models()
    assert vllm.adapters == {version.served_name: folder}
    assert version.trial.__class__.objects.get(version=version).state == TrialState.PASSED
    assert at_work(version)


def test_what_its_own_weights_say_is_measured_where_models_are_loaded(vllm, folder, monkeypatch):
    sent = []
    monkeypatch.setattr(trials, "send_after_commit", lambda task, queue: sent.append(queue))
    monkeypatch.setattr(trials, "_problem", lambda version: "")
    choose(make_campaign(), vllm, folder)
    measured = choose(make_campaign(), vllm, folder, weights="org/base")
    assert sent == ["servers", "inference"]
    assert (try_models("servers"), try_models("inference")) == (1, 1)
    assert measured.trial.__class__.objects.get(version=measured).state != TrialState.WAITING


def test_a_name_that_other_weights_had_is_not_given_again(version, vllm, folder):
    other = choose(version.campaign, vllm, folder, served_name=version.served_name)
    assert other.served_name != version.served_name


def test_one_that_is_chosen_and_swallowed_is_not_put_to_work(vllm, folder):
    vllm.swallows = True
    version = choose(make_campaign(), vllm, folder)
    try_models()
    version.refresh_from_db()
    assert "answers with its base" in version.trial.outcome
    assert state_of(version) == ServedState.FAILED
    assert not at_work(version)


def test_servers_may_see_the_artifacts_elsewhere(settings, tmp_path):
    settings.ARTIFACTS = tmp_path
    assert path_on_servers("artifact:a/b") == str(tmp_path / "a/b")
    settings.SERVED_ARTIFACTS = "/mnt/artifacts"
    assert path_on_servers("artifact:a/b") == "/mnt/artifacts/a/b"
    assert path_on_servers(str(tmp_path)) == str(tmp_path)
