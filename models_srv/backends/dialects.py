"""How servers say the same things: told apart by data. A new server's words are a row more here."""

import re
from collections.abc import Set
from typing import Literal

Finish = Literal["stop", "length"]

# In lower case. None: the server does not say (null, or no such field).
FINISH_REASONS: dict[str | None, Finish] = {
    None: "stop",
    "": "stop",
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",  # TGI
    "stop_sequence": "stop",  # TGI, Anthropic
    "stop_token": "stop",
    "end_turn": "stop",  # Anthropic
    "end_of_text": "stop",
    "complete": "stop",  # Cohere
    "completed": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_new_tokens": "length",
    "max_length": "length",
    "max_output_tokens": "length",
    "model_length": "length",  # Mistral
    "token_limit": "length",
    "context_length": "length",
}

# The server gave up before the end: it was restarted, paused or loaded other weights (vLLM, SGLang).
ABORTED = ("abort", "aborted", "cancelled")

# Where servers put what a model thought before its answer: vLLM and SGLang (the first, then the
# second since 2026), llama.cpp, DeepSeek and LiteLLM (the first), Ollama and OpenRouter (the second).
REASONING_FIELDS = ("reasoning_content", "reasoning")

# What only the settings can mend: every row would fail.
_SETTINGS = re.compile(
    r"supports at most \d+ completion tokens"  # OpenAI
    r"|max_tokens.{0,20}cannot be greater than max_model_len"  # vLLM
    r"|`?max_new_tokens`? must be (?:<=|less|strictly positive)(?!.*given)"  # TGI
    r"|max_(?:completion_)?tokens`? must be (?:<=|less than|at most|between)",
    re.IGNORECASE | re.DOTALL,
)
# One row is too long. Each line: who says so.
_TOO_LONG = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"context_length_exceeded|exceed_context_size|contextwindowexceeded|input_length_error",
        r"max(?:imum)? context length",  # OpenAI, vLLM, DeepSeek, Fireworks, Mistral
        r"longer than the (?:model'?s |maximum )+(?:context|model) length",  # vLLM, SGLang
        r"maximum (?:model|prompt|input|sequence) length",  # vLLM, xAI, Triton, DeepSpeed
        r"(?:exceed|greater than|longer than|larger than|beyond)\w*\b.{0,60}"
        r"(?:context (?:size|length|window|limit)|max_model_len|max_seq_len|max_num_tokens"
        r"|max_sequence_length|max_input_len|maximum allowed length|model token limit"
        r"|maximum number of tokens)",  # llama.cpp, Ollama, Anthropic, TensorRT-LLM, Gemini
        r"context (?:size|length|window) (?:has been |was |is )?(?:exceed|overflow)",
        r"context (?:the )?overflows",  # LM Studio
        r"tokens to keep from the initial prompt is greater than the context",  # LM Studio
        r"n_keep.{0,20}>= n_ctx",  # LM Studio, llama.cpp
        r"(?:prompt|input|inputs|messages?|request)\b.{0,40}\b(?:is|are) too (?:long|large)"
        r".{0,80}(?:token|context|model|maximum|exceed|limit)",  # Anthropic, Bedrock, vLLM
        r"prompt(?: is)? too long",  # Ollama, Anthropic
        r"too large for model with \d+ maximum",  # Mistral
        r"too many (?:input )?tokens.{0,80}prompt|prompt.{0,40}too many tokens",  # Cohere
        r"`?inputs`? (?:tokens \+ `?max_new_tokens`? must be|must have less than)",  # TGI
        r"(?:prompt|input).{0,30}exceeds max length",  # Zhipu
        r"range of input length should be",  # DashScope
        r"reduce the length of (?:the|your) (?:input |prompt|messages?)",  # Groq, OpenAI
        r"request body too large for .{1,80} model",  # GitHub Models
    )
)
_TOO_LONG_STATUSES = (400, 413, 422, 500)
# A provider's filter refuses one conversation's words.
_FILTERED = re.compile(
    r"content_filter|content[ _](?:management )?policy|content_policy_violation"
    r"|responsible ?ai|data_inspection_failed|safety system|moderation",
    re.IGNORECASE,
)

_CONTEXT = re.compile(r"context length is (?:only )?(\d{1,9})", re.IGNORECASE)
_ASKED = re.compile(
    r"(\d{1,9}) (?:in|for) the completion|(\d{1,9}) (?:output|completion) tokens"
    r"|requested (\d{1,9}) output|max_(?:completion_)?tokens'? is too large: (\d{1,9})",
    re.IGNORECASE,
)


def finish_of(reason: object) -> Finish | None:
    """Return how an answer ended; None where it is no answer (filtered, a tool call, unknown)."""
    if reason is not None and not isinstance(reason, str):
        return None
    return FINISH_REASONS.get(reason.strip().lower() if reason else None)


def is_too_long(status: int, words: str) -> bool:
    """Whether a refusal is about this one prompt's length, and not about the settings.

    `words` is the whole body of the refusal. A bare 413 says so without words.
    """
    if status not in _TOO_LONG_STATUSES or _is_for_all(words):
        return False
    return status == 413 or any(pattern.search(words) for pattern in _TOO_LONG)


def is_filtered(status: int, words: str) -> bool:
    """Whether a refusal is about what this one conversation says."""
    return status in (400, 403, 422) and bool(_FILTERED.search(words))


def _is_for_all(words: str) -> bool:
    """Whether the tokens that are asked for leave no room for any prompt at all."""
    if _SETTINGS.search(words):
        return True
    context, asked = _CONTEXT.search(words), _ASKED.search(words)
    if not context or not asked:
        return False
    return int(next(number for number in asked.groups() if number)) >= int(context[1])


# What a server may refuse and an answer can do without, by the words that name it.
SEED, LOGPROBS, SYSTEM_TURN = "seed", "logprobs", "system turn"
SAMPLES, SCHEMA = "n", "response_format"
_NAMED = {
    SCHEMA: re.compile(r"response_format|json_schema|structured|guided|grammar", re.IGNORECASE),
    SEED: re.compile(r"seed", re.IGNORECASE),
    LOGPROBS: re.compile(r"logprob", re.IGNORECASE),
    SYSTEM_TURN: re.compile(
        r"system.{0,20}(?:role|message|prompt|instruction|turn).{0,30}(?:not|n't|un)"
        r"|(?:not|n't|un)\w*.{0,30}system.{0,20}(?:role|message|prompt|instruction|turn)"
        r"|only user(?:,? | and ).{0,10}assistant|roles must alternate user",
        re.IGNORECASE,
    ),
    SAMPLES: re.compile(r"\bn\b|\bbest_of\b|multiple (?:choices|completions)", re.IGNORECASE),
}
# In which order to try without, where a refusal names none: scores need the last.
_UNNAMED = (SAMPLES, SCHEMA, SEED, LOGPROBS)


def option_to_drop(words: str, sent: Set[str]) -> str | None:
    """Return which of the options sent to go on without next, None where it is not for them.

    One that the refusal names comes first. The seed goes before log-probabilities, which scores
    need; a system turn is merged only where it is named.
    """
    named = (name for name in _NAMED if name in sent and _NAMED[name].search(words))
    unnamed = (name for name in _UNNAMED if name in sent)
    return next(named, None) or next(unnamed, None)
