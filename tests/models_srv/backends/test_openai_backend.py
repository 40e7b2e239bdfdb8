"""Against a real HTTP server on 127.0.0.1."""

import json
import threading
import time

import pytest

from models_srv.backends import openai_compatible
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.options import ModelOptions
from models_srv.types import (
    ModelMisconfigured,
    ModelSpec,
    ModelUnavailable,
    prompt_hash,
)
from tests.models_srv.backends.fake_server import SAMPLING, ask, completion


def test_it_sends_the_conversation_and_reads_the_logprobs(server, backend):
    [generation] = backend.generate([ask("hello")], SAMPLING)
    assert generation.text == "HELLO"
    assert generation.logprob == -0.75
    assert generation.tokens[0].top == {"HE": -0.5}
    assert generation.prompt_hash == prompt_hash(ask("hello"))
    assert generation.latency_ms > 0
    [request] = server.requests
    assert request["messages"][0] == {"role": "system", "content": "Be brief."}
    assert (request["temperature"], request["top_p"], request["max_tokens"]) == (0.7, 0.9, 33)
    assert (request["model"], request["logprobs"], request["top_logprobs"]) == ("m", True, 5)


def test_answers_keep_their_order_when_the_first_is_the_slowest(server, backend):
    def reply(request):
        text = request["messages"][-1]["content"]
        time.sleep(0.3 - 0.03 * int(text))
        return completion(text)

    server.reply = reply
    generations = backend.generate([ask(str(n)) for n in range(8)], SAMPLING)
    assert [g.text for g in generations] == [str(n) for n in range(8)]


def test_requests_run_side_by_side_within_the_bound(server):
    running, most, lock = 0, 0, threading.Lock()

    def reply(request):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1
        return completion("x")

    server.reply = reply
    spec = ModelSpec("openai", server.url, name="m", options=ModelOptions(concurrency=6))
    OpenAIBackend(spec).generate([ask("x")] * 40, SAMPLING)
    assert 2 <= most <= 6


def test_each_row_has_its_own_seed_and_the_same_each_time(server, backend):
    backend.generate([ask("same")] * 4, SAMPLING)
    seeds = {request["seed"] for request in server.requests}
    assert len(seeds) == 4
    backend.generate([ask("same")] * 4, SAMPLING)
    assert {request["seed"] for request in server.requests[4:]} == seeds


def test_without_logprobs_where_the_server_refuses_them(server, backend):
    def reply(request):
        if "logprobs" in request:
            return 400, json.dumps({"error": {"message": "logprobs are not supported"}})
        return completion("plain", logprobs=False)

    server.reply = reply
    [generation] = backend.generate([ask("x")], SAMPLING)
    assert (generation.text, generation.logprob, generation.tokens) == ("plain", None, ())
    backend.generate([ask("x")], SAMPLING)
    assert len(server.requests) == 3, "the refusal is remembered"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_misconfigured(server, backend, status):
    server.reply = lambda request: (status, json.dumps({"error": {"message": "no such model"}}))
    with pytest.raises(ModelMisconfigured, match="no such model"):
        backend.generate([ask("x")], SAMPLING)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_or_broken_server_is_unavailable(server, backend, status):
    server.reply = lambda request: (status, json.dumps({"error": {"message": "overloaded"}}))
    with pytest.raises(ModelUnavailable):
        backend.generate([ask("x")], SAMPLING)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<html>gateway</html>", id="html"),
        pytest.param('{"choices": [', id="torn"),
        pytest.param('{"choices": []}', id="empty"),
        pytest.param('{"choices": null}', id="null"),
        pytest.param('{"detail": "ok"}', id="other"),
        pytest.param("[1, 2]", id="list"),
    ],
)
def test_garbage_is_unavailable(server, backend, body):
    server.reply = lambda request: (200, body)
    with pytest.raises(ModelUnavailable):
        backend.generate([ask("x")], SAMPLING)


def test_a_slow_server_is_unavailable(server, monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    backend = OpenAIBackend(
        ModelSpec("openai", server.url, name="m", options=ModelOptions(timeout_seconds=0.2))
    )
    release = threading.Event()
    server.reply = lambda request: (release.wait(5), completion("late"))[1]
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        backend.generate([ask("x")], SAMPLING)
    assert time.monotonic() - started < 3
    release.set()


def test_a_server_that_is_down_is_unavailable(monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    backend = OpenAIBackend(ModelSpec("openai", "http://127.0.0.1:9/v1", name="m"))
    with pytest.raises(ModelUnavailable, match=r"m at http://127\.0\.0\.1:9/v1"):
        backend.generate([ask("x")], SAMPLING)


def test_a_short_failure_is_retried(server):
    answers = [(500, "{}"), completion("at last")]
    server.reply = lambda request: answers.pop(0)
    backend = OpenAIBackend(ModelSpec("openai", server.url, name="m"))
    assert backend.generate([ask("x")], SAMPLING)[0].text == "at last"


def test_an_overlong_prompt_fails_alone(server, backend):
    message = "This model's maximum context length is 4096 tokens."

    def reply(request):
        if request["messages"][-1]["content"] == "long":
            return 400, json.dumps({"error": {"message": message}})
        return completion("fine")

    server.reply = reply
    good, bad = backend.generate([ask("short"), ask("long")], SAMPLING)
    assert good.text == "fine"
    assert (bad.text, bad.finish_reason) == ("", "error")
    assert "4096" in bad.error
    backend.generate([ask("short")], SAMPLING)
    assert "logprobs" in server.requests[-1]


def test_a_filtered_answer_is_an_error_of_its_own(server, backend):
    server.reply = lambda request: completion("", finish_reason="content_filter")
    [generation] = backend.generate([ask("x")], SAMPLING)
    assert generation.finish_reason == "error"
    assert "content_filter" in generation.error


def test_the_key_comes_from_the_environment(server, monkeypatch):
    spec = ModelSpec("openai", server.url, name="m", api_key_env="OUR_KEY")
    monkeypatch.setenv("MODEL_KEYS", "OUR_KEY=127.0.0.1")
    with pytest.raises(ModelMisconfigured, match="OUR_KEY"):
        OpenAIBackend(spec)
    monkeypatch.setenv("OUR_KEY", "k-123")
    OpenAIBackend(spec).generate([ask("x")], SAMPLING)
    assert server.headers[0]["Authorization"] == "Bearer k-123"


def test_an_address_that_is_no_url_is_misconfigured():
    with pytest.raises(ModelMisconfigured, match="not a URL"):
        OpenAIBackend(ModelSpec("openai", "localhost:8000", name="m"))
