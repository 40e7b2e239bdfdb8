"""Against a real HTTP server on 127.0.0.1."""

import json
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models_srv.backends import openai_compatible
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.chat.turns import SYSTEM_MERGED
from models_srv.types import (
    NO_SEED,
    Message,
    ModelMisconfigured,
    ModelSpec,
    ModelUnavailable,
    Sampling,
    prompt_hash,
)


def completion(text, *, finish_reason="stop", logprobs=True):
    tokens = [
        {
            "token": part,
            "logprob": logprob,
            "bytes": None,
            "top_logprobs": [{"token": part, "logprob": logprob, "bytes": None}],
        }
        for part, logprob in [(text[:2], -0.5), (text[2:], -0.25)]
    ]
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": finish_reason,
        "logprobs": {"content": tokens} if logprobs else None,
    }
    body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    return 200, json.dumps(body)


class FakeServer:
    """Answers each chat completion with `reply(request) -> (status, body)`."""

    def __init__(self):
        self.requests = []
        self.headers = []
        self.reply = lambda request: completion(request["messages"][-1]["content"].upper())
        self.listed = None
        self.stream = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(request)
                server.headers.append(self.headers)
                if server.stream:
                    self.send_stream(*server.stream)
                    return
                status, body = server.reply(request)
                kind = "application/json" if body.startswith(("{", "[")) else "text/html"
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body.encode())))
                    self.end_headers()
                    self.wfile.write(body.encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def send_stream(self, status, encoding, stream):
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Transfer-Encoding", "chunked")
                    if encoding:
                        self.send_header("Content-Encoding", encoding)
                    self.end_headers()
                    for part in stream():
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def do_GET(self):
                body = server.listed or "{}"
                self.send_response(200 if server.listed else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args):
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/v1"

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


@pytest.fixture
def server():
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def backend(server, monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    return OpenAIBackend(ModelSpec("openai", server.url, name="m", timeout_seconds=5))


def ask(text):
    return [Message("system", "Be brief."), Message("user", text)]


SAMPLING = Sampling(temperature=0.7, top_p=0.9, max_tokens=33, seed=3)


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


def test_requests_run_side_by_side_within_the_bound(server, backend):
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
    backend.generate([ask("x")] * 40, SAMPLING)
    assert 2 <= most <= openai_compatible.CONCURRENCY


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
    backend = OpenAIBackend(ModelSpec("openai", server.url, name="m", timeout_seconds=0.2))
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
    assert backend._refused == frozenset(), "what does not help is not remembered"


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
    backend = OpenAIBackend(ModelSpec("openai", server.url, name=asked, timeout_seconds=5))
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
    backend = OpenAIBackend(ModelSpec("openai", server.url, name="m", timeout_seconds=0.5))
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
    spec = ModelSpec("openai", server.url, name="m", api_key_env="OUR_KEY", timeout_seconds=5)
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
