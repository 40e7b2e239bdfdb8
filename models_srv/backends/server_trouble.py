"""What a try means that brought no answer: another may, this row is to blame, or the settings are."""

import time
from dataclasses import dataclass, field

import openai

from models_srv.backends.dialects import is_filtered, is_too_long
from models_srv.backends.http_client import AnswerTooLarge
from models_srv.backends.server_answer import NoAnswer
from models_srv.backends.server_words import one_line, refusal_words, whole_words
from models_srv.types import ModelMisconfigured, ModelSpec

# The longest that a server's own word on when to come back is heeded, in seconds.
LONGEST_PAUSE = 60.0
# Another try may mend these; time-outs are connection errors too.
_PASSING_STATUSES = (408, 409, 425)
_BUSY_STATUSES = (429, 503)
_PASSING = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)


@dataclass(eq=False)
class Passing(Exception):
    """A try that came to nothing, as another may not. `pause` is how long the server asks to wait.

    `is_lost`: no answer came at all; `is_late`: not in time.
    """

    words: str
    is_lost: bool = False
    is_late: bool = False
    is_busy: bool = False
    is_final: bool = False
    pause: float = 0.0
    began: float = 0.0
    failed_at: float = field(default_factory=time.monotonic)


def lost(spec: ModelSpec, key: str, error: Exception) -> Passing:
    """Return what a connection that failed, or an answer that is none, means."""
    is_lost = isinstance(error, openai.APIConnectionError)
    words = str((is_lost and error.__cause__) or "") or str(error)
    return Passing(
        f"{title(spec)} gave no answer: {readable(spec, key, words)}",
        is_lost=is_lost,
        is_late=isinstance(error, openai.APITimeoutError),
        is_final=isinstance(error, AnswerTooLarge),
    )


def refusal(spec: ModelSpec, key: str, error: openai.APIStatusError) -> Exception:
    """Return what an error status means for the conversation."""
    status, whole = error.status_code, whole_words(error)
    words = readable(spec, key, refusal_words(error.body) or f"HTTP {status}")
    if is_too_long(status, whole):
        return NoAnswer(f"The prompt is too long for {spec.name}: {words}")
    if is_filtered(status, whole):
        return NoAnswer(f"{spec.name} refused this conversation: {words}")
    if isinstance(error, _PASSING) or status in _PASSING_STATUSES:
        said = f"{title(spec)} did not answer: {words}"
        return Passing(said, is_busy=status in _BUSY_STATUSES, pause=_asked_pause(error))
    if status == 404 and spec.adapter:
        # It was loaded there at run time: a server that was started anew has to be given it again.
        return Passing(f"{title(spec)} is not loaded there just now: {words}", is_busy=True)
    return ModelMisconfigured(f"{title(spec)} refused ({status}): {words}")


def readable(spec: ModelSpec, key: str, words: str) -> str:
    """Return words that people may read: a server may have sent the key back."""
    return one_line(words.replace(key, "…") if spec.api_key_env else words)


def title(spec: ModelSpec) -> str:
    return f"{spec.name or 'The model'} at {spec.location}"


def _asked_pause(error: openai.APIStatusError) -> float:
    """Return for how many seconds the server asks to be left alone, 0 where it does not say."""
    try:
        return min(max(float(error.response.headers.get("retry-after", "0")), 0.0), LONGEST_PAUSE)
    except ValueError:
        return 0.0
