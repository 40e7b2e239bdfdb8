"""A model's own settings are in every request to its server, and in every prompt in process."""

import json

import pytest

from models_srv.backends import openai_compatible
from models_srv.backends.local import LocalBackend
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.chat.turns import SYSTEM_MERGED
from models_srv.domains.arithmetic.registry import starter_spec
from models_srv.options import ModelOptions
from models_srv.types import NO_SEED, Message, ModelSpec, ModelUnavailable, Sampling
from tests.models_srv.backends.fake_server import SAMPLING, ask


def answered(server, **options):
    spec = ModelSpec("openai", server.url, name="m", options=ModelOptions(**options))
    (generation,) = OpenAIBackend(spec).generate([ask("x")], SAMPLING)
    return generation, server.requests[-1]


def test_by_default_a_request_is_as_it_was(server):
    generation, sent = answered(server)
    assert sent.keys() == {
        *("model", "messages", "temperature", "top_p", "max_tokens", "seed"),
        *("logprobs", "top_logprobs"),
    }
    assert generation.adjustments == ()


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ({"extra_body": '{"top_k": 20}'}, "top_k", 20),
        (
            {"chat_template_kwargs": '{"style": "short"}'},
            "chat_template_kwargs",
            {"style": "short"},
        ),
        (
            {"reasoning": False},
            "chat_template_kwargs",
            {"enable_thinking": False, "thinking": False},
        ),
        (
            {
                "reasoning": True,
                "extra_body": '{"chat_template_kwargs": {"thinking": "auto"}}',
            },
            "chat_template_kwargs",
            {"enable_thinking": True, "thinking": "auto"},
        ),
    ],
)
def test_what_is_set_is_sent(server, options, field, value):
    assert answered(server, **options)[1][field] == value


def test_no_seed_is_sent_and_the_record_says_so(server):
    generation, sent = answered(server, sends_seed=False)
    assert "seed" not in sent
    assert generation.adjustments == (NO_SEED,)


def test_the_system_turn_is_merged_and_the_record_says_so(server):
    generation, sent = answered(server, merge_system=True)
    assert [turn["role"] for turn in sent["messages"]] == ["user"]
    assert sent["messages"][0]["content"].startswith("Be brief.")
    assert generation.adjustments == (SYSTEM_MERGED,)


def test_an_adapter_that_a_server_has_forgotten_is_waited_for(server, monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    body = json.dumps({"error": {"message": "The model `m` does not exist."}})
    server.reply = lambda request: (404, body)
    spec = ModelSpec("openai", server.url, name="m", adapter="/a/folder")
    with pytest.raises(ModelUnavailable, match="not loaded there just now") as raised:
        OpenAIBackend(spec).generate([ask("x")], SAMPLING)
    assert raised.value.is_busy, "it is no failure of the unit, whatever else the server answers"


@pytest.fixture(scope="module")
def starter():
    return starter_spec("learner")


def local(starter, **options):
    spec = ModelSpec("transformers", starter.location, options=ModelOptions(**options))
    return LocalBackend(spec)


def test_in_process_a_prompt_longer_than_was_set_is_not_answered(starter):
    conversation = [Message("user", "What is 2 + 3?")]
    (answer,) = local(starter, max_length=20).generate([conversation], Sampling(max_tokens=18))
    assert answer.finish_reason == "error"
    assert "must fit in 20" in answer.error


def test_in_process_the_template_is_given_what_was_set(starter):
    backend = local(starter, chat_template_kwargs='{"loud": true}', merge_system=True)
    backend.tokenizer.chat_template = (
        "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{% endfor %}"
        "{% if loud %}!{% endif %}"
    )
    conversation = [Message("system", "Be brief."), Message("user", "Hello.")]
    ids = backend._prompt_ids(conversation)
    assert backend.tokenizer.decode(ids) == "user: Be brief.\n\nHello.!"
