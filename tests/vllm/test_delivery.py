"""A real update, loaded into a real engine while it runs, and proven or caught."""

import pytest

from benchmarks.serving.engine import BASE, KEY_ENV
from benchmarks.serving.proving import KEYS, small_update
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.serving.adapters import AdapterServer
from models_srv.serving.canary import canary_of
from models_srv.serving.delivering import Place, deliver, is_served, unload
from models_srv.serving.measuring import measure_canary
from models_srv.types import Message, ModelMisconfigured, ModelSpec, Sampling

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def update(tmp_path_factory):
    """A DPO update of the starter learner, as the training process makes one: folder and canary."""
    return small_update(tmp_path_factory.mktemp("update"))


@pytest.fixture
def place(engine, update):
    place = Place([engine.url], "learner-v1-test", update["model_path"], KEYS)
    yield place
    unload(place)


def test_the_update_is_loaded_and_proven(engine, place, update):
    proof = deliver(place, canary_of(update["canary"]))[engine.url]
    assert proof.is_proven, proof
    assert proof.difference < 0.001, "the same arithmetic but for the kernels"
    assert proof.shares["base"] == pytest.approx(1, abs=0.02)
    assert is_served(place)
    assert deliver(place, canary_of(update["canary"]))[engine.url].is_proven


def test_the_answer_says_which_weights_wrote_it(engine, place, update):
    deliver(place, canary_of(update["canary"]))
    spec = ModelSpec("openai", engine.url, name=place.name, api_key_env=KEY_ENV)
    (answer,) = OpenAIBackend(spec).generate(
        [[Message("user", "What is 2 + 3?")]], Sampling(temperature=0, max_tokens=20)
    )
    assert answer.text
    assert answer.finish_reason in ("stop", "length")


def test_equal_seeds_give_equal_texts_and_others_others(engine):
    backend = OpenAIBackend(ModelSpec("openai", engine.url, name=BASE, api_key_env=KEY_ENV))

    def written(seed):
        asked = [[Message("user", f"What is {n} + 3?")] for n in range(8)]
        sampling = Sampling(temperature=1.0, max_tokens=30, seed=seed)
        return [each.text for each in backend.generate(asked, sampling)]

    first = written(7)
    assert written(7) == first
    assert written(8) != first


def test_the_base_under_its_name_is_caught_and_taken_off(between, engine, update):
    between.swallows = True
    place = Place([between.url], "learner-v2-test", update["model_path"], KEYS)
    proof = deliver(place, canary_of(update["canary"]))[between.url]
    assert "answers with the base" in proof.reason
    assert abs(proof.shares["base"]) < 0.02
    with AdapterServer(engine.url, KEYS) as server:
        assert place.name not in server.listed()


def test_without_the_weights_at_hand_it_is_caught_too(between, engine, place, update):
    assert deliver(place, [])[engine.url].is_proven
    between.swallows = True
    swallowed = Place([between.url], "learner-v3-test", update["model_path"], KEYS)
    assert "answers with its base" in deliver(swallowed, [])[between.url].reason


def test_an_adapter_from_elsewhere_is_measured_here_and_proven_there(engine, place, update):
    own = ModelSpec("transformers", starter_spec("learner").location, adapter=update["model_path"])
    assert deliver(place, canary_of(measure_canary(own)))[engine.url].is_proven


def test_a_wrong_key_is_told(engine, place, update, monkeypatch):
    with monkeypatch.context() as wrong:
        wrong.setenv(KEY_ENV, "another")
        with pytest.raises(ModelMisconfigured, match="refuses the key"):
            deliver(place, canary_of(update["canary"]))


def test_a_folder_that_is_no_adapter_is_told(engine, tmp_path):
    with pytest.raises(ModelMisconfigured):
        deliver(Place([engine.url], "learner-v4-test", str(tmp_path), KEYS), [])


def test_what_is_listed_says_whose_child_it_is(engine, place, update):
    deliver(place, canary_of(update["canary"]))
    with AdapterServer(engine.url, KEYS) as server:
        listed = server.listed()
    assert listed[BASE].parent == ""
    assert listed[place.name].parent == BASE
