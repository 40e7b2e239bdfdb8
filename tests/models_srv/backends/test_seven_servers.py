"""The same things as each server says them: one row for each thing that tells a server apart.

vLLM 0.32, SGLang 0.5, llama.cpp's server, TGI 3, Ollama 0.13, OpenAI and LiteLLM's proxy.
"""

import json

import pytest

from models_srv.backends.dialects import is_too_long
from models_srv.backends.server_answer import generation_of, read_answer

pytestmark = pytest.mark.fault("server-answers")

SERVERS = ("vllm", "sglang", "llama.cpp", "tgi", "ollama", "openai", "litellm")


def entry(token, **fields):
    return {
        "token": token,
        "logprob": -0.5,
        "top_logprobs": [{"token": token, "logprob": -0.5}],
    } | fields


WITH_BYTES = {"content": [entry("7", bytes=[55], top_logprobs=[])]}
BARE = {"content": [entry("7")]}
# finish reason at the end of an answer, at the limit; the field of reasoning; log-probabilities as
# sent where there are some and where there are none; what else stands beside.
SAYS = {
    "vllm": ("stop", "length", "reasoning", WITH_BYTES, None, {"stop_reason": None}),
    "sglang": ("stop", "length", "reasoning_content", WITH_BYTES, None, {"matched_stop": 151645}),
    "llama.cpp": ("stop", "length", "reasoning_content", WITH_BYTES, "no field", {}),
    "tgi": ("eos_token", "length", None, BARE, "no field", {}),
    "ollama": ("stop", "length", "reasoning", BARE, "no field", {}),
    "openai": ("stop", "length", None, WITH_BYTES | {"refusal": None}, None, {}),
    "litellm": (
        "stop",
        "length",
        "reasoning_content",
        BARE,
        "no field",
        {"provider_specific_fields": {}},
    ),
}
TOO_LONG = {
    "vllm": (400, {"error": {"message": "The decoder prompt (length 5000) is longer than the maximum "
                             "model length of 4096.", "type": "BadRequestError", "code": 400}}),
    "sglang": (400, {"object": "error", "message": "The input (61709 tokens) is longer than the model's "
                     "context length (40960 tokens).", "type": "BadRequestError", "code": 400}),
    "llama.cpp": (400, {"error": {"code": 400, "message": "request (4390 tokens) exceeds the available "
                                  "context size (4096 tokens), try increasing it",
                                  "type": "exceed_context_size_error"}}),
    "tgi": (422, {"error": "Input validation error: `inputs` must have less than 1024 tokens. "
                  "Given: 1500", "error_type": "validation"}),
    "ollama": (400, {"error": {"message": "prompt too long; exceeded max context length by 12 tokens"}}),
    "openai": (400, {"error": {"message": "Your input exceeds the context window of this model.",
                               "code": "context_length_exceeded"}}),
    "litellm": (400, {"error": {"message": "litellm.ContextWindowExceededError: litellm.BadRequestError: "
                                "OpenAIException", "type": None, "code": "400"}}),
}  # fmt: skip


def body(server, *, at_limit=False, reasoning="", has_logprobs=True):
    ends, at_bound, field, logprobs, none, beside = SAYS[server]
    message = {"role": "assistant", "content": "7"}
    if reasoning and field:
        message[field] = reasoning
    elif reasoning:
        message["content"] = f"<think>{reasoning}</think>7"
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": at_bound if at_limit else ends,
    } | beside
    if has_logprobs or none != "no field":
        choice["logprobs"] = logprobs if has_logprobs else none
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
    whole = {"object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(whole).encode()


def read(server, **settings):
    return generation_of(read_answer(body(server, **settings)), "h", 1.0)


@pytest.mark.parametrize("server", SERVERS)
def test_an_answer_with_its_probabilities_and_its_cost(server):
    found = read(server)
    assert (found.text, found.finish_reason, found.logprob) == ("7", "stop", -0.5)
    assert (found.prompt_tokens, found.completion_tokens, found.model_said) == (12, 3, "m")


@pytest.mark.parametrize("server", SERVERS)
def test_one_that_was_cut_off(server):
    assert read(server, at_limit=True).finish_reason == "length"


@pytest.mark.parametrize("server", SERVERS)
def test_reasoning_apart_from_the_answer(server):
    found = read(server, reasoning="Three and four.")
    assert found.text == "7"
    assert "Three and four." in found.reasoning


@pytest.mark.parametrize("server", SERVERS)
def test_missing_probabilities_leave_it_unscored(server):
    found = read(server, has_logprobs=False)
    assert (found.text, found.logprob, found.tokens) == ("7", None, ())


@pytest.mark.parametrize("server", SERVERS)
def test_a_prompt_that_is_too_long(server):
    status, refusal = TOO_LONG[server]
    assert is_too_long(status, json.dumps(refusal, ensure_ascii=False))
