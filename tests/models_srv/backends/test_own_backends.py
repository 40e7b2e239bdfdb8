"""A backend of one's own is found by the entry point of an installed distribution."""

import pytest

from models_srv.backends import load_backend
from models_srv.backends.own import own_backends
from models_srv.trying import try_model
from models_srv.types import Message, ModelMisconfigured, ModelSpec, Sampling
from tests.models_srv.own_backends import installed


@pytest.fixture(autouse=True)
def _echo(tmp_path):
    with installed(tmp_path):
        yield


def test_it_answers_like_any_other_and_is_made_once():
    spec = ModelSpec("echo", "here", name="e")
    [generation] = load_backend(spec).generate([[Message("user", "Hello?")]], Sampling())
    assert generation.text == "e: Hello?"
    assert load_backend(spec) is load_backend(spec)


def test_names_that_are_ours_or_none_do_not_count():
    assert own_backends() == dict.fromkeys(("dumb", "echo", "gone"), "echo-models")
    with pytest.raises(ModelMisconfigured, match="is not a URL"):
        load_backend(ModelSpec("openai", "here"))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        pytest.param(
            ModelSpec("echo", "nowhere"), "There is no echo at nowhere.", id="its-own-words"
        ),
        pytest.param(
            ModelSpec("echo", "broken"),
            "The backend echo could not be made: OSError: no route to host",
            id="another-error",
        ),
        pytest.param(
            ModelSpec("gone", "here"),
            "The backend gone could not be made: Attr",
            id="no-such-class",
        ),
        pytest.param(
            ModelSpec("dumb", "here"),
            r"The backend dumb has no method generate\(\)",
            id="no-method",
        ),
        pytest.param(
            ModelSpec("magic", "here"),
            "Unknown backend 'magic': there are transformers, openai, dumb, echo, gone.",
            id="not-installed",
        ),
    ],
)
def test_what_is_wrong_with_one_is_said(spec, words):
    with pytest.raises(ModelMisconfigured, match=words):
        load_backend(spec)


@pytest.mark.parametrize("role", ["attacker", "learner", "critic"])
def test_it_is_tried_in_each_role(role):
    assert try_model(ModelSpec("echo", "here"), role) == ""
    assert try_model(ModelSpec("echo", "away"), role) == "The mountain is closed."
