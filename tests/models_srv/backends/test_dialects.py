"""One thing each that servers say in their own way."""

import pytest

from models_srv.backends.dialects import (
    LOGPROBS,
    SEED,
    SYSTEM_TURN,
    finish_of,
    is_filtered,
    is_too_long,
    option_to_drop,
)

pytestmark = pytest.mark.fault("server-answers")

TOO_LONG = {
    "llama.cpp": "request (4390 tokens) exceeds the available context size (4096 tokens), try "
    "increasing it",
    "llama.cpp-old": "the request exceeds the available context size. try increasing the context "
    "size or enable context shift",
    "llama.cpp-type": '{"code": 400, "type": "exceed_context_size_error", "n_ctx": 4096}',
    "llama.cpp-full": "Context size has been exceeded.",
    "vllm": "Prompt length of 5016 is longer than the maximum model length of 4096.",
    "vllm-decoder": "The decoder prompt (length 10127) is longer than the maximum model length of "
    "8192. Make sure that `max_model_len` is no smaller than the number of text tokens",
    "vllm-messages": "This model's maximum context length is 4096 tokens. However, you requested "
    "4472 tokens (3960 in the messages, 512 in the completion). Please reduce the length of the "
    "messages or completion.",
    "vllm-input": "This model's maximum context length is 4096 tokens. However, your request has "
    "5016 input tokens. Please reduce the length of the input messages.",
    "vllm-sum": "This model's maximum context length is 2048 tokens. However, your request has 1800 "
    "input tokens plus 512 'max_tokens'. Please reduce one or the other.",
    "vllm-output": "'max_tokens' or 'max_completion_tokens' is too large: 512. This model's maximum "
    "context length is 4096 tokens and your request has 3900 input tokens (512 > 4096 - 3900).",
    "vllm-scheduler": "Input prompt (2664 tokens) is too long and exceeds limit of 2048",
    "openai": '{"message": "Your input exceeds.", "code": "context_length_exceeded"}',
    "openai-window": "Your input exceeds the context window of this model. Please adjust your input",
    "litellm": "litellm.ContextWindowExceededError: litellm.BadRequestError",
    "sglang": "The input (61709 tokens) is longer than the model's context length (40960 tokens).",
    "sglang-sum": "Requested token count exceeds the model's maximum context length of 4096 tokens. "
    "You requested a total of 4200 tokens: 3688 tokens from the input messages and 512 tokens for "
    "the completion.",
    "sglang-input": "Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens)",
    "tgi": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 "
    "`inputs` tokens and 512 `max_new_tokens`",
    "tgi-inputs": "Input validation error: `inputs` must have less than 1024 tokens. Given: 1500",
    "ollama": "input length exceeds maximum context length",
    "ollama-prompt": "prompt too long; exceeded max context length by 12 tokens",
    "ollama-short": "input exceeds context length",
    "lm-studio": "Trying to keep the first 111490 tokens when context the overflows. However, the "
    "model is loaded with context length of only 32768 tokens, which is not enough.",
    "lm-studio-new": "The number of tokens to keep from the initial prompt is greater than the "
    "context length. Try to load the model with a larger context length",
    "lm-studio-n-keep": "Cannot truncate prompt with n_keep (5000) >= n_ctx (4096)",
    "tensorrt-llm": "The sum of prompt length (5000.0), query length (0) should not exceed "
    "max_num_tokens (4096)",
    "deepspeed": "Prompt length of 5000 and 512 new tokens exceeds the maximum sequence length of "
    "4096",
    "tabby": "Prompt length 5000 is greater than max_seq_len 4096",
    "lmdeploy": "internal error happened, status code ResponseType.INPUT_LENGTH_ERROR",
    "anthropic": "prompt is too long: 210000 tokens > 200000 maximum",
    "anthropic-sum": "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000",
    "bedrock": "Input is too long for requested model.",
    "gemini": "The input token count (1200000) exceeds the maximum number of tokens allowed "
    "(1048576).",
    "mistral": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 "
    "maximum context length",
    "cohere": "too many tokens: total number of tokens in the prompt cannot exceed 4081",
    "xai": "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    "groq": "Please reduce the length of the messages or completion.",
    "fireworks": "The prompt is too long: 131074, model maximum context length: 131071",
    "github": "Request body too large for gpt-4o model. Max size: 8000 tokens.",
    "dashscope": "Range of input length should be [1, 30720]",
    "zhipu": "Prompt exceeds max length",
    "moonshot": "Invalid request: Your request exceeded model token limit: 8192",
    "cloudflare": "The estimated number of input and maximum output tokens (9000) exceeded this "
    "model context window limit (8000).",
}
NOT_TOO_LONG = {
    "openai-settings": "max_tokens is too large: 5000. This model supports at most 4096 completion "
    "tokens, whereas you provided 5000.",
    "vllm-settings": "max_tokens=5000 cannot be greater than max_model_len=max_total_tokens=4096. "
    "Please request fewer output tokens.",
    "vllm-no-room": "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's "
    "maximum context length is 4096 tokens and your request has 11 input tokens",
    "openai-no-room": "This model's maximum context length is 4097 tokens. However, you requested "
    "5000 tokens (100 in the messages, 4900 in the completion).",
    "tgi-settings": "Input validation error: `max_new_tokens` must be <= 192",
    "a-model": "The model `m` does not exist.",
    "a-role": "Conversation roles must alternate user/assistant/user/assistant/...",
    "a-field": "Extra inputs are not permitted: seed",
    "a-range": "temperature must be between 0 and 2",
    "a-quota": "You exceeded your current quota, please check your plan.",
    "a-name": "Model name is too long.",
}


@pytest.mark.parametrize("words", TOO_LONG.values(), ids=TOO_LONG)
@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_a_prompt_that_is_too_long(words, status):
    assert is_too_long(status, words)


@pytest.mark.parametrize("words", NOT_TOO_LONG.values(), ids=NOT_TOO_LONG)
def test_what_is_not_about_one_prompts_length(words):
    assert not is_too_long(400, words)


@pytest.mark.parametrize("status", [401, 404, 429, 503])
def test_other_statuses_are_never_about_it(status):
    assert not is_too_long(status, TOO_LONG["vllm"])


def test_too_large_a_request_says_so_by_its_status_alone():
    assert is_too_long(413, "")


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("stop", "stop"),
        ("eos_token", "stop"),
        ("EOS_TOKEN", "stop"),
        ("eos", "stop"),
        ("stop_sequence", "stop"),
        ("end_turn", "stop"),
        ("STOP", "stop"),
        ("complete", "stop"),
        (None, "stop"),
        ("", "stop"),
        ("length", "length"),
        ("max_tokens", "length"),
        ("MAX_TOKENS", "length"),
        ("model_length", "length"),
        ("content_filter", None),
        ("tool_calls", None),
        ("function_call", None),
        ("abort", None),
        ("error", None),
        ("anything else", None),
        (3, None),
        (["stop"], None),
    ],
)
def test_how_an_answer_ended(reason, finish):
    assert finish_of(reason) == finish


@pytest.mark.parametrize(
    ("words", "sent", "option"),
    [
        ("Extra inputs are not permitted: seed", {SEED, LOGPROBS}, SEED),
        ("logprobs are not supported", {SEED, LOGPROBS}, LOGPROBS),
        ("unknown field `top_logprobs`", {SEED, LOGPROBS}, LOGPROBS),
        ("System role not supported", {SEED, LOGPROBS, SYSTEM_TURN}, SYSTEM_TURN),
        ("This model does not support system messages.", {SEED, SYSTEM_TURN}, SYSTEM_TURN),
        ("Only user and assistant roles are supported!", {SEED, SYSTEM_TURN}, SYSTEM_TURN),
        ("Conversation roles must alternate user/assistant", {SEED, SYSTEM_TURN}, SYSTEM_TURN),
        ("unexpected field", {SEED, LOGPROBS}, SEED),
        ("unexpected field", {LOGPROBS}, LOGPROBS),
        ("unexpected field", {SYSTEM_TURN}, None),
        ("unexpected field", set(), None),
    ],
)
def test_what_to_go_on_without(words, sent, option):
    assert option_to_drop(words, sent) == option


@pytest.mark.parametrize(
    ("words", "is_row"),
    [
        ("The response was filtered due to the prompt triggering content management policy", True),
        ('{"code": "content_filter"}', True),
        ("Your request was rejected as a result of our safety system.", True),
        ("no such model", False),
    ],
)
def test_a_filter_refuses_one_conversation(words, is_row):
    assert is_filtered(400, words) is is_row
    assert not is_filtered(500, words)
