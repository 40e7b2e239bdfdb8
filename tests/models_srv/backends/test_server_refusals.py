"""What servers refuse, and answers that are none: each costs no more than it has to."""

import json
import threading
import time
import zlib

import pytest

from models_srv.backends import openai_compatible
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.chat.turns import SYSTEM_MERGED
from models_srv.options import ModelOptions
from models_srv.types import (
    NO_SEED,
    Message,
    ModelMisconfigured,
    ModelSpec,
    ModelUnavailable,
    prompt_hash,
)
from tests.models_srv.backends.fake_server import SAMPLING, ask, completion


def refusing(words, *fields, status=400):
    """Refuse requests that have one of the fields (by path into the first message, or by name)."""

    def reply(request):
        if any(field in request for field in fields):
            return status, json.dumps({"error": {"message": words}})
        return completion("fine", logprobs="logprobs" in request)

    return reply


@pytest.mark.fault("templates")
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Unrecognized request argument supplied: seed"),
        (422, "[{'type': 'extra_forbidden', 'loc': ['body', 'seed']}]"),
        (400, "unknown field"),
    ],
)
def test_a_seed_is_not_sent_again_where_the_server_refuses_it(server, backend, status, words):
    server.reply = refusing(words, "seed", status=status)
    [first] = backend.generate([ask("x")], SAMPLING)
    [second] = backend.generate([ask("x")], SAMPLING)
    assert (first.text, second.text) == ("fine", "fine")
    assert first.adjustments == second.adjustments == (NO_SEED,)
    assert second.logprob is not None, "log-probabilities are asked for all the same"
    assert len(server.requests) == 3
    assert "seed" not in server.requests[-1]


@pytest.mark.fault("templates")
def test_a_seed_that_is_taken_is_no_adjustment(server, backend):
    [generation] = backend.generate([ask("x")], SAMPLING)
    assert generation.adjustments == ()


@pytest.mark.fault("templates")
def test_a_system_turn_is_merged_where_the_servers_template_refuses_it(server, backend):
    def reply(request):
        if request["messages"][0]["role"] == "system":
            return 400, json.dumps({"error": {"message": "System role not supported"}})
        return completion("fine")

    server.reply = reply
    [generation] = backend.generate([ask("x")], SAMPLING)
    backend.generate([ask("x")], SAMPLING)
    assert generation.adjustments == (SYSTEM_MERGED,)
    assert generation.prompt_hash == prompt_hash(ask("x"))
    assert server.requests[-1]["messages"] == [{"role": "user", "content": "Be brief.\n\nx"}]
    assert len(server.requests) == 3
    [plain] = backend.generate([[Message("user", "x")]], SAMPLING)
    assert plain.adjustments == ()


@pytest.mark.fault("server-answers")
def test_a_refusal_that_nothing_mends_is_told_as_it_was_first(server, backend):
    refusals = iter(["no such model", "still not", "not at all"])
    server.reply = lambda request: (400, json.dumps({"error": {"message": next(refusals)}}))
    with pytest.raises(ModelMisconfigured, match="no such model"):
        backend.generate([ask("x")], SAMPLING)
    assert len(server.requests) == 3
    assert backend.client.refused == {}, "what does not help is not remembered"


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": {"message": "Prompt length of 5016 is longer than the maximum model length"}}),
        (422, {"error": "Input validation error: `inputs` must have less than 1024 tokens.",
               "error_type": "validation"}),
        (500, {"error": {"message": "Context size has been exceeded.", "code": 500}}),
        (413, {"detail": "Request Entity Too Large"}),
        (400, {"object": "error", "message": "The input (61709 tokens) is longer than the model's "
               "context length (40960 tokens).", "type": "BadRequestError", "code": 400}),
        (200, {"error": {"message": "prompt is too long: 210000 tokens > 200000 maximum"}}),
    ],
)  # fmt: skip
def test_a_prompt_that_is_too_long_costs_its_row_alone(server, backend, status, body):
    def reply(request):
        if request["messages"][-1]["content"] == "long":
            return status, json.dumps(body)
        return completion("fine")

    server.reply = reply
    good, bad = backend.generate([ask("short"), ask("long")], SAMPLING)
    assert (good.text, good.finish_reason) == ("fine", "stop")
    assert (bad.text, bad.finish_reason) == ("", "error")
    assert "too long" in bad.error


@pytest.mark.fault("server-answers")
def test_words_that_a_provider_filters_cost_their_row_alone(server, backend):
    words = "The prompt triggered the content management policy."

    def reply(request):
        if request["messages"][-1]["content"] == "bad":
            return 400, json.dumps({"error": {"message": words, "code": "content_filter"}})
        return completion("fine")

    server.reply = reply
    good, bad = backend.generate([ask("good"), ask("bad")], SAMPLING)
    assert (good.text, bad.finish_reason) == ("fine", "error")
    assert words in bad.error


@pytest.mark.fault("server-answers")
def test_room_for_no_prompt_at_all_is_a_setting(server, backend):
    words = "max_tokens=33 cannot be greater than max_model_len=32."
    server.reply = lambda request: (400, json.dumps({"error": {"message": words}}))
    with pytest.raises(ModelMisconfigured, match="max_model_len"):
        backend.generate([ask("x")], SAMPLING)


@pytest.mark.fault("server-answers")
def test_an_answer_that_is_none_costs_its_row_alone(server, backend):
    def reply(request):
        status, body = completion("half")
        if request["messages"][-1]["content"] == "bad":
            body = body.replace('"content": "half"', '"content": "half \\ud800"')
        return status, body

    server.reply = reply
    good, bad = backend.generate([ask("good"), ask("bad")], SAMPLING)
    assert good.text == "half"
    assert (bad.text, bad.finish_reason) == ("", "error")
    assert "surrogate" in bad.error


@pytest.mark.fault("server-answers")
def test_another_models_answer_is_refused(server, backend):
    server.reply = lambda request: (200, completion("x")[1].replace('"model": "m"', '"model": "n"'))
    with pytest.raises(ModelMisconfigured, match="says that it is from n"):
        backend.generate([ask("x")], SAMPLING)


MODELS = [
    {"id": "m", "root": "/weights/base", "parent": None},
    {"id": "other-name", "root": "/weights/base", "parent": None},
    {"id": "lora", "root": "/weights/lora", "parent": "m"},
]


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    ("asked", "said", "is_same"),
    [
        ("m", "/weights/base", True),
        ("m", "other-name", True),
        ("lora", "lora", True),
        ("lora", "m", False),
        ("m", "lora", False),
    ],
)
def test_a_name_that_the_server_lists_for_the_same_model_is_its_name(server, asked, said, is_same):
    server.listed = json.dumps({"data": MODELS})
    server.reply = lambda request: (
        200,
        completion("x")[1].replace('"model": "m"', f'"model": "{said}"'),
    )
    backend = OpenAIBackend(
        ModelSpec("openai", server.url, name=asked, options=ModelOptions(timeout_seconds=5))
    )
    if is_same:
        assert backend.generate([ask("x")], SAMPLING)[0].text == "x"
    else:
        with pytest.raises(ModelMisconfigured):
            backend.generate([ask("x")], SAMPLING)


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("status", [200, 500])
def test_a_body_of_300_mb_is_not_read(server, backend, is_packed, status):
    sent = 0

    def stream():
        nonlocal sent
        packer = zlib.compressobj(wbits=31)
        for _ in range(300):
            part = b" " * 1024 * 1024
            sent += len(part)
            yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) if is_packed else part

    server.stream = (status, "gzip" if is_packed else None, stream)
    with pytest.raises(ModelUnavailable, match="bytes"):
        backend.generate([ask("x")], SAMPLING)
    assert sent < 60 * 1024 * 1024


@pytest.mark.fault("server-answers")
def test_an_answer_that_drips_is_given_up(server, monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    backend = OpenAIBackend(
        ModelSpec("openai", server.url, name="m", options=ModelOptions(timeout_seconds=0.5))
    )
    release = threading.Event()

    def stream():
        while not release.wait(0.1):
            yield b" "

    server.stream = (200, None, stream)
    started = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"took too long|timed out"):
        backend.generate([ask("x")], SAMPLING)
    release.set()
    assert time.monotonic() - started < 20


@pytest.mark.fault("server-answers")
def test_what_a_server_says_is_one_line_without_the_key(server, monkeypatch):
    monkeypatch.setenv("OUR_KEY", "k-secret")
    monkeypatch.setenv("MODEL_KEYS", "OUR_KEY=127.0.0.1")
    spec = ModelSpec(
        "openai",
        server.url,
        name="m",
        api_key_env="OUR_KEY",
        options=ModelOptions(timeout_seconds=5),
    )
    words = "Bearer k-secret\n\x00\ud800 is wrong. " * 200
    server.reply = lambda request: (401, json.dumps({"error": {"message": words}}))
    with pytest.raises(ModelMisconfigured) as refused:
        OpenAIBackend(spec).generate([ask("x")], SAMPLING)
    told = str(refused.value)
    assert "is wrong" in told
    assert "k-secret" not in told
    assert told.isprintable()
    assert len(told) < 500


@pytest.mark.fault("server-answers")
def test_a_page_of_html_is_not_quoted(server, backend):
    server.reply = lambda request: (404, "<html><body>not here</body></html>")
    with pytest.raises(ModelMisconfigured, match=r"refused \(404\): HTTP 404$"):
        backend.generate([ask("x")], SAMPLING)
