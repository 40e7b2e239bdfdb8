"""A learner that is served is trained, and its update is proven to be served before it is compared."""

import pytest

from models_srv.serving.canary import CanaryText, canary_to_json
from models_srv.types import ModelUnavailable
from oversight.learning.policies.gate import GateVerdict
from oversight.learning.services.trained_version import create_version
from oversight.loop.selectors.candidates import candidate_of, trained_version
from oversight.loop.selectors.routes import served_version, versions_asked
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.stages import HANDLERS, compare, deliver, evaluate, gate, train
from oversight.models import ActiveVersion, Delivery, Stage, TrainingRun
from tests.factories import make_campaign, make_round, make_user, make_version
from tests.models_srv.serving.fake_vllm import FakeVllm, updated

pytestmark = pytest.mark.django_db

IDS = tuple(range(5, 45))
TRAINED = tuple(updated(IDS)[: len(IDS) - 1])
CANARY = canary_to_json([CanaryText(IDS, 1, TRAINED, {"base": (-3.0,) * len(TRAINED)})])
PRICES = {"price_in": 2, "price_out": 6}
OPTIONS = {"concurrency": 8}


@pytest.fixture
def folder(settings):
    return str(settings.ARTIFACTS / "training/x/round-1/model")


@pytest.fixture
def vllm(folder):
    server = FakeVllm({"": lambda ids: [-3.0] * len(ids), folder: updated})
    yield server
    server.close()


def trained_round(vllm, folder, *, method="lora", **fields):
    """A round whose training has just given an adapter."""
    campaign = make_campaign()
    learner = make_version(
        campaign,
        backend="openai",
        location=vllm.url,
        served_name="base",
        options=OPTIONS,
        **{"weights": "org/base", **PRICES, **fields},
    )
    round_ = make_round(learner, stage=Stage.TRAIN, plan={"gate_items": 0})
    result = {"model_path": folder, "sha256": "ab" * 32, "canary": CANARY}
    TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        parent=learner,
        settings={"method": method, "min_preferences": 0},
        result=result,
    )
    return round_


@pytest.fixture
def round_(vllm, folder):
    round_ = trained_round(vllm, folder)
    run = round_.training_run
    run.result_version = create_version(run)
    run.state = "succeeded"
    run.save()
    return round_


def do(stage, round_):
    handler = HANDLERS[stage]
    handler.write(round_, 0, handler.think(round_, 0))


def test_the_new_version_goes_to_the_same_servers_under_a_new_name(round_, vllm):
    version = trained_version(round_)
    assert (version.backend, version.location) == ("openai", vllm.url)
    assert version.served_name == f"learner-v{version.revision}-abababab"
    assert version.adapter == "artifact:training/x/round-1/model"
    assert (version.weights, version.options) == ("org/base", OPTIONS)
    assert (version.price_in, version.price_out) == (2, 6)
    assert Delivery.objects.get(version=version).canary == CANARY


def test_it_is_done_where_weights_are_and_compared_where_its_server_is_asked(round_):
    assert served_version(round_, Stage.DELIVER) is None
    assert versions_asked(round_, Stage.EVALUATE) == [trained_version(round_), round_.learner]
    assert served_version(round_, Stage.EVALUATE) == round_.learner


def test_it_is_loaded_and_proven_before_it_is_compared(round_, vllm, folder):
    assert deliver.unit_count(round_) == 1
    do(Stage.DELIVER, round_)
    assert vllm.adapters == {trained_version(round_).served_name: folder}
    assert candidate_of(round_) == trained_version(round_)


def test_one_that_is_not_proven_is_not_compared_and_the_round_says_why(round_, vllm):
    vllm.swallows = True
    do(Stage.DELIVER, round_)
    assert candidate_of(round_) is None
    assert evaluate.unit_count(round_) == compare.unit_count(round_) == 0
    do(Stage.GATE, round_)
    assert "was not put before the gate" in round_.outcome
    assert "answers with the base" in round_.outcome
    assert ActiveVersion.objects.get().version == round_.learner


def test_cancelled_on_its_way_it_is_not_served(round_):
    cancel_round(round=round_, reason="enough", cancelled_by=make_user())
    row = Delivery.objects.get()
    assert (row.state, row.outcome) == ("failed", f"Round {round_.number} was cancelled.")


def test_while_it_is_loaded_again_the_gate_waits(round_, vllm, monkeypatch):
    better = GateVerdict(is_promoted=True, reasons=("better",), metrics={})
    monkeypatch.setattr(gate, "judge_candidate", lambda *args, **kwargs: better)
    do(Stage.DELIVER, round_)
    Delivery.objects.update(state="loading")
    with pytest.raises(ModelUnavailable, match="being loaded on its servers again"):
        do(Stage.GATE, round_)
    Delivery.objects.update(state="proven")
    do(Stage.GATE, round_)
    assert ActiveVersion.objects.get().version == trained_version(round_)


@pytest.mark.parametrize(
    ("fields", "method", "words"),
    [
        ({"weights": ""}, "lora", "are on its server alone"),
        ({}, "full", "choose LoRA adapter as the method"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_starts(vllm, folder, fields, method, words):
    round_ = trained_round(vllm, folder, method=method, **fields)
    assert train.think(round_, 0) is None
    run = TrainingRun.objects.get(round=round_)
    assert run.state == "skipped"
    assert words in run.reason
    assert not run.folder


def test_one_in_process_needs_no_delivery(folder, settings):
    learner = make_version(make_campaign(), backend="transformers", location="org/base")
    round_ = make_round(learner, stage=Stage.TRAIN)
    run = TrainingRun.objects.create(
        campaign=learner.campaign,
        round=round_,
        parent=learner,
        settings={"method": "lora"},
        result={"model_path": folder, "sha256": "ab" * 32},
    )
    run.result_version = create_version(run)
    run.save()
    assert deliver.unit_count(round_) == 0
    assert candidate_of(round_) == run.result_version
