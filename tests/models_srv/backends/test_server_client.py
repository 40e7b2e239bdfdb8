"""What is asked of a server together: the bound, retries, lanes, several samples, forms."""

import json
import threading

import pytest

from models_srv.backends import openai_compatible, server_client
from models_srv.backends.chat_request import NO_SCHEMA, row_seed
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.options import ModelOptions
from models_srv.types import (
    NO_SEED,
    ModelMisconfigured,
    ModelRequest,
    ModelSpec,
    ModelUnavailable,
    Sampling,
)
from tests.models_srv.backends.fake_server import SAMPLING, FakeServer, ask, completion

BUSY = 429, json.dumps({"error": {"message": "too many requests"}})


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(server_client, "_jitter", lambda state: 0.0)


@pytest.fixture
def other():
    fake = FakeServer()
    yield fake
    fake.close()


def backend_at(server, **options):
    spec = ModelSpec("openai", server.url, name="m", options=ModelOptions(**options))
    return OpenAIBackend(spec)


def get(backend, request, lane=""):
    return backend.submit(request, lane).result(timeout=30)


def request(text="x", **fields):
    return ModelRequest(ask(text), SAMPLING, **fields)


def answering(text="fine"):
    """Answer as a server that takes `n`."""
    return lambda asked: completion(text, count=asked.get("n", 1))


def test_all_who_ask_the_same_server_share_what_is_known_of_it(server, other):
    assert backend_at(server).client is backend_at(server).client
    assert backend_at(server).client is not backend_at(other).client


def test_a_server_that_has_too_much_to_do_is_asked_less_and_again(server):
    turns = iter([BUSY] * 5)
    server.reply = lambda asked: next(turns, None) or completion("at last")
    backend = backend_at(server)
    assert [one.text for one in backend.generate([ask("x")] * 3, SAMPLING)] == ["at last"] * 3
    assert len(server.requests) == 8
    assert backend.client.window.in_flight == 0


def test_too_much_to_do_halves_what_is_in_flight(server):
    backend = backend_at(server)
    backend.generate([ask(str(n)) for n in range(60)], SAMPLING)
    found = backend.client.window.limit
    assert found > 8
    turns = iter([BUSY])
    server.reply = lambda asked: next(turns, None) or completion("fine")
    backend.generate([ask("x")], SAMPLING)
    assert backend.client.window.limit == pytest.approx(found / 2, abs=1.1)


def test_a_slow_server_holds_nobody_elses_answers(server, other):
    release = threading.Event()
    other.reply = lambda asked: (release.wait(20), completion("late"))[1]
    slow = [backend_at(other).submit(request(str(n))) for n in range(30)]
    fast = backend_at(server).generate([ask(str(n)) for n in range(30)], SAMPLING)
    assert [one.text for one in fast] == [str(n) for n in range(30)]
    assert not any(future.done() for future in slow)
    release.set()
    assert {future.result(timeout=30)[0].text for future in slow} == {"late"}


def test_a_small_lane_is_not_behind_a_large_one(server):
    order = []
    server.reply = lambda asked: (order.append(asked["messages"][-1]["content"]), completion("x"))[
        1
    ]
    backend = backend_at(server, concurrency=1)
    futures = [backend.submit(request("large"), "large") for _ in range(20)]
    futures += [backend.submit(request("small"), "small") for _ in range(3)]
    for future in futures:
        future.result(timeout=30)
    assert max(at for at, text in enumerate(order) if text == "small") < 12


def test_one_that_dies_and_comes_back_is_asked_again(server):
    state = {"is_dead": True}

    def reply(asked):
        return (500, "{}") if state["is_dead"] else completion("back")

    server.reply = reply
    backend = backend_at(server)
    with pytest.raises(ModelUnavailable) as lost:
        get(backend, request())
    assert not lost.value.is_alone
    assert len(server.requests) == 1 + openai_compatible.MAX_RETRIES
    state["is_dead"] = False
    assert get(backend, request())[0].text == "back"


def test_one_prompt_that_a_server_never_answers_is_told_from_a_dead_server(server):
    def reply(asked):
        text = asked["messages"][-1]["content"]
        return (500, "{}") if text == "poison" else completion("fine")

    server.reply = reply
    backend = backend_at(server)
    futures = [backend.submit(request(text)) for text in ["poison", *"abcdef"]]
    assert [future.result(timeout=30)[0].text for future in futures[1:]] == ["fine"] * 6
    with pytest.raises(ModelUnavailable) as lost:
        futures[0].result(timeout=30)
    assert lost.value.is_alone


def test_a_wrong_key_is_a_setting_and_asked_once(server):
    server.reply = lambda asked: (401, json.dumps({"error": {"message": "bad key"}}))
    with pytest.raises(ModelMisconfigured, match="bad key"):
        get(backend_at(server), request())
    assert len(server.requests) == 1


def test_several_samples_are_one_request(server):
    server.reply = lambda asked: completion(
        "say", count=asked["n"], usage={"prompt_tokens": 10, "completion_tokens": 9}
    )
    found = get(backend_at(server), request(name="slot 3", samples=3))
    assert [one.text for one in found] == ["say 0", "say 1", "say 2"]
    [asked] = server.requests
    assert (asked["n"], asked["seed"]) == (3, row_seed(SAMPLING.seed, "slot 3"))
    assert sum(one.prompt_tokens for one in found) == 10
    assert sum(one.completion_tokens for one in found) == 9
    assert {one.model_said for one in found} == {"m"}


def test_greedy_samples_are_not_asked_together(server):
    """vLLM refuses that."""
    greedy = Sampling(temperature=0.0)
    get(backend_at(server), ModelRequest(ask("x"), greedy, samples=2))
    assert [asked.get("n") for asked in server.requests] == [None, None]


@pytest.mark.parametrize("refuses", [True, False], ids=["refuses", "ignores"])
def test_a_server_that_gives_one_answer_at_a_time_is_asked_for_one(server, refuses):
    def reply(asked):
        if refuses and "n" in asked:
            return 400, json.dumps({"error": {"message": "n must be 1"}})
        return completion(f"seed {asked['seed']}")

    server.reply = reply
    backend = backend_at(server)
    found = get(backend, request(name="a", samples=3))
    seeds = [row_seed(SAMPLING.seed, "a", sample) for sample in range(3)]
    assert [one.text for one in found] == [f"seed {seed}" for seed in seeds]
    again = get(backend, request(name="a", samples=3))
    assert [one.text for one in again] == [one.text for one in found]
    assert all("n" not in asked for asked in server.requests[-3:])


def test_no_seed_is_sent_where_the_settings_say_so(server):
    [found] = get(backend_at(server, sends_seed=False), request())
    assert "seed" not in server.requests[0]
    assert found.adjustments == (NO_SEED,)
    assert found.logprob is not None


def test_the_form_of_an_answer_is_asked_for_until_it_is_refused(server):
    schema = json.dumps({"type": "object"})
    backend = backend_at(server)
    [held] = get(backend, request(schema=schema))
    asked = server.requests[0]["response_format"]
    assert (asked["type"], asked["json_schema"]["schema"]) == ("json_schema", {"type": "object"})
    assert held.adjustments == ()

    def reply(asked):
        if "response_format" in asked:
            return 400, json.dumps({"error": {"message": "response_format is not supported"}})
        return completion("free")

    server.reply = reply
    [free] = get(backend, request(schema=schema))
    assert (free.text, free.adjustments) == ("free", (NO_SCHEMA,))
    get(backend, request())
    assert server.requests[-1]["seed"], "all else is asked as before"


def test_what_an_answer_cost_is_what_the_server_says(server):
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    server.reply = lambda asked: completion("x", usage=usage)
    [found] = get(backend_at(server), request())
    assert (found.prompt_tokens, found.completion_tokens, found.model_said) == (7, 3, "m")
    server.reply = lambda asked: completion("x", usage={"prompt_tokens": -1})
    [found] = get(backend_at(server), request())
    assert (found.prompt_tokens, found.completion_tokens) == (None, None)


def test_an_answer_that_the_server_gave_up_is_asked_for_again(server):
    turns = iter(["abort", "stop"])
    server.reply = lambda asked: completion("whole", finish_reason=next(turns))
    assert get(backend_at(server), request())[0].text == "whole"


def test_a_time_out_is_not_repeated_where_nobody_is_answered(server):
    release = threading.Event()
    server.reply = lambda asked: (release.wait(20), completion("late"))[1]
    spec = ModelSpec("openai", server.url, name="m", options=ModelOptions(timeout_seconds=0.2))
    with pytest.raises(ModelUnavailable, match=r"timed out|took too long"):
        get(OpenAIBackend(spec), request())
    assert len(server.requests) == 1
    release.set()
