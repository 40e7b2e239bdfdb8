"""A model's batches are counted by role and server; what is asked of it changes in nothing."""

import pytest

from models_srv.types import Generation, Message, ModelUnavailable, Sampling
from oversight.models import ModelVersion
from oversight.telemetry.metrics import GENERATIONS, MODEL_FAILURES, TOKENS
from oversight.versions.services.watched import IN_PROCESS, WatchedBackend, server_of

ASKED = [[Message("user", "2 + 2?")], [Message("user", "3 + 3?")]]


class Scripted:
    capability = "score"

    def generate(self, conversations, sampling):
        return [Generation(f"{len(conversations)}", "hash") for _ in conversations]


class Down:
    def generate(self, conversations, sampling):
        raise ModelUnavailable("no answer")


def version(location="http://vllm:8000/v1", backend="openai"):
    return ModelVersion(role="critic", name="tuned", location=location, backend=backend)


def value(counter, *labels):
    return counter.labels("critic", "vllm:8000", *labels)._value.get()


def test_batches_are_counted_and_handed_on():
    before = value(GENERATIONS, "stop")
    watched = WatchedBackend(Scripted(), version())
    assert [each.text for each in watched.generate(ASKED, Sampling())] == ["2", "2"]
    assert value(GENERATIONS, "stop") == before + 2
    assert watched.capability == "score"


def test_tokens_are_the_servers_where_it_says_them():
    class Told:
        finish_reason, tokens, completion_tokens, prompt_tokens = "stop", (), 7, 11

    class Telling:
        def generate(self, conversations, sampling):
            return [Told()]

    before = value(TOKENS, "completion"), value(TOKENS, "prompt")
    WatchedBackend(Telling(), version()).generate(ASKED[:1], Sampling())
    assert (value(TOKENS, "completion"), value(TOKENS, "prompt")) == (before[0] + 7, before[1] + 11)


def test_what_fails_is_counted_and_raised():
    before = value(MODEL_FAILURES, "ModelUnavailable")
    with pytest.raises(ModelUnavailable):
        WatchedBackend(Down(), version()).generate(ASKED, Sampling())
    assert value(MODEL_FAILURES, "ModelUnavailable") == before + 1


@pytest.mark.parametrize(
    ("location", "backend", "server"),
    [
        ("http://vllm:8000/v1", "openai", "vllm:8000"),
        ("https://me:secret@models.example/v1", "openai", "models.example"),
        ("/srv/models/learner", "transformers", IN_PROCESS),
        ("nonsense", "openai", IN_PROCESS),
    ],
)
def test_a_server_is_named_without_path_or_key(location, backend, server):
    assert server_of(version(location, backend)) == server
