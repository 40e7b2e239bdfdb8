"""How one model is asked, beyond where it is: a model's own settings."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelOptions:
    """Settings of one model version. The defaults are what was done before there were any.

    `concurrency` bounds the requests in flight at its server, `timeout_seconds` one request.
    `max_length` (tokens, prompt and answer) is where a prompt counts as too long; 0: the model's own.
    `chat_template_kwargs` and `extra_body` are JSON objects, as texts so that this can be hashed.
    `sleeps_in_training`: its server gives up its GPU while a model is trained (vLLM's sleep mode).
    `reasoning` None leaves it to the template. `structured` asks critics for JSON by a schema.
    """

    concurrency: int = 64
    timeout_seconds: float = 120.0
    max_length: int = 0
    chat_template_kwargs: str = "{}"
    merge_system: bool = False
    reasoning: bool | None = None
    structured: bool = False
    sends_seed: bool = True
    extra_body: str = "{}"
    sleeps_in_training: bool = False
