"""A version is loaded on every server and proven there, or taken off again and the reason told."""

import pytest

from models_srv.serving import adapters
from models_srv.serving.adapters import ServerKeys
from models_srv.serving.canary import CanaryText
from models_srv.serving.delivering import Place, deliver, is_served, unload
from models_srv.types import ModelMisconfigured, ModelUnavailable
from tests.models_srv.serving.fake_vllm import updated

IDS = tuple(range(5, 45))
# The server's own shape: it gives none for the first token.
TRAINED = tuple(updated(IDS)[: len(IDS) - 1])
TEXTS = [CanaryText(IDS, 1, TRAINED, {"base": (-3.0,) * len(TRAINED)})]


def place(*servers, path="/a/new", **keys):
    return Place([server.url for server in servers], "learner-v1-abc", path, ServerKeys(**keys))


def test_it_is_loaded_and_proven_on_every_server(vllm):
    one, other = vllm(), vllm()
    proofs = deliver(place(one, other), TEXTS)
    assert list(proofs) == [one.url, other.url]
    assert all(proof.is_proven for proof in proofs.values())
    assert one.adapters == other.adapters == {"learner-v1-abc": "/a/new"}
    assert is_served(place(one, other))


def test_what_is_loaded_already_is_proven_and_not_loaded_again(vllm):
    server = vllm()
    deliver(place(server), TEXTS)
    assert deliver(place(server), TEXTS)[server.url].is_proven
    assert [path for path, _ in server.asked].count("/v1/load_lora_adapter") == 1


def test_a_server_that_swallows_the_load_is_caught_and_it_is_taken_off_all(vllm):
    one, other = vllm(), vllm()
    other.swallows = True
    proofs = deliver(place(one, other), TEXTS)
    assert proofs[one.url].is_proven
    assert "answers with the base" in proofs[other.url].reason
    assert one.adapters == other.adapters == {}


def test_one_that_says_so_and_does_not_list_it_is_caught(vllm):
    server = vllm()
    server.lists_nothing = True
    assert "does not list it" in deliver(place(server), TEXTS)[server.url].reason


def test_without_weights_at_hand_it_has_to_differ_from_the_base(vllm):
    server = vllm()
    assert deliver(place(server), [])[server.url].is_proven
    unload(place(server))
    server.swallows = True
    assert "answers with its base" in deliver(place(server), [])[server.url].reason


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ("lends_no_adapters", "/a/new", "start vLLM with --enable-lora"),
        ("", "/a/missing", "does not find the adapter's folder"),
    ],
)
def test_what_only_settings_can_mend_is_told(vllm, change, path, words):
    server = vllm()
    if change:
        setattr(server, change, True)
    with pytest.raises(ModelMisconfigured, match=words):
        deliver(place(server, path=path), TEXTS)


def test_a_server_that_is_away_is_waited_for(vllm):
    server = vllm()
    server.close()
    with pytest.raises(ModelUnavailable, match="gave no answer"):
        deliver(place(server), TEXTS)


def test_one_that_says_nothing_is_not_waited_for_as_long_as_a_load(vllm, monkeypatch):
    server = vllm()
    server.goes_on.clear()
    with monkeypatch.context() as soon:
        soon.setattr(adapters, "LIST_SECONDS", 0.05)
        with pytest.raises(ModelUnavailable, match="gave no answer"):
            deliver(place(server), TEXTS)
    assert not server.asked
    server.goes_on.set()
    assert deliver(place(server), TEXTS)[server.url].is_proven


def test_adapters_are_loaded_with_a_key_of_their_own(vllm, monkeypatch):
    monkeypatch.setenv("MODEL_API_KEY", "for-answers")
    monkeypatch.setenv("CONTROL_API_KEY", "for-loading")
    monkeypatch.setenv("MODEL_KEYS", "MODEL_API_KEY=127.0.0.1,CONTROL_API_KEY=127.0.0.1")
    server = vllm(keys=["for-answers"], control_keys=["for-loading"])
    with pytest.raises(ModelMisconfigured, match="refuses the key for /load_lora_adapter"):
        deliver(place(server, model="MODEL_API_KEY"), TEXTS)
    keys = {"model": "MODEL_API_KEY", "control": "CONTROL_API_KEY"}
    assert deliver(place(server, **keys), TEXTS)[server.url].is_proven


def test_a_server_that_was_started_anew_does_not_serve_it(vllm):
    server = vllm()
    deliver(place(server), TEXTS)
    server.restart()
    assert not is_served(place(server))


def test_what_is_not_there_is_taken_off_without_an_error(vllm):
    server = vllm()
    unload(place(server))
    assert not [path for path, _ in server.asked if "unload" in path]
