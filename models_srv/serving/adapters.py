"""A server's adapters at run time: what is loaded, loading one, asking for a text's probabilities;
and its sleep.

The routes are vLLM's (`--enable-lora`, VLLM_ALLOW_RUNTIME_LORA_UPDATING=True; `--enable-sleep-mode`,
VLLM_SERVER_DEV_MODE=1).
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from models_srv.addresses import check_url, key_for
from models_srv.backends.server_words import one_line, refusal_words
from models_srv.http_client import guarded_client
from models_srv.types import ModelMisconfigured, ModelUnavailable

# However busy, a server says at once what it lists: one that does not holds no worker for long.
LIST_SECONDS = 5.0
ANSWER_SECONDS = 30.0
# A large adapter is a while in loading.
LOAD_SECONDS = 120.0
MAX_BYTES = 32 * 1024 * 1024
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
HOW_TO_START = (
    "It takes no adapters at run time: start vLLM with --enable-lora and "
    "VLLM_ALLOW_RUNTIME_LORA_UPDATING=True."
)
HOW_TO_SLEEP = "It cannot sleep: start vLLM with --enable-sleep-mode and VLLM_SERVER_DEV_MODE=1."
NO_FOLDER = (
    "does not find the adapter's folder: it has to see the artifacts too, as SERVED_ARTIFACTS says"
)


@dataclass(frozen=True)
class ServerKeys:
    """Names of the environment variables that hold the keys: of models, and of loading adapters.

    Without a key of its own, adapters are loaded with the first.
    """

    model: str = ""
    control: str = ""


@dataclass(frozen=True)
class Served:
    """A model that a server lists; `parent` is an adapter's base, "" for a base."""

    name: str
    parent: str


@dataclass
class AdapterServer:
    """One server, by its base URL ending in /v1. A context manager that holds the connection.

    Methods raise ModelUnavailable for what may pass and ModelMisconfigured for what will not.
    """

    address: str
    keys: ServerKeys = field(default_factory=ServerKeys)

    def __post_init__(self) -> None:
        check_url(self.address)
        self._client = guarded_client(timeout_seconds=ANSWER_SECONDS)

    def __enter__(self) -> "AdapterServer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def listed(self) -> dict[str, Served]:
        """Return what the server serves now, by name."""
        body = self._ask("GET", "/models", self.keys.model, seconds=LIST_SECONDS)
        try:
            rows = json.loads(body)["data"]
            found = [Served(str(row["id"]), str(row.get("parent") or "")) for row in rows]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ModelUnavailable(
                f"{self.address} answers, but not with a list of models."
            ) from error
        return {served.name: served for served in found}

    def load(self, name: str, path: str) -> None:
        """Load the adapter in the folder `path` (as the server sees it) under a name."""
        self._control("/load_lora_adapter", {"lora_name": name, "lora_path": path})

    def unload(self, name: str) -> None:
        """Forget an adapter; requests under way go on. One that is not there is no error."""
        if name in self.listed():
            self._control("/unload_lora_adapter", {"lora_name": name})

    def sleep(self) -> None:
        """Let it end what is under way and give up its GPU; one that sleeps already sleeps on."""
        self._control("/sleep?level=1&mode=wait", {}, is_at_root=True)

    def wake_up(self) -> None:
        """Let it load its weights again and answer; returns once it does."""
        self._control("/wake_up", {}, is_at_root=True)

    def logprobs(self, name: str, ids: Sequence[int], start: int) -> tuple[float, ...]:
        """Return the natural-log probability of each token from `start` on, given all before it."""
        found = self._prompt_logprobs(name, list(ids))
        return _of_tokens(found, ids)[start:]

    def text_logprobs(self, name: str, text: str) -> tuple[float, ...]:
        """Return the same for a text that the server cuts into tokens itself, but for the first."""
        return tuple(_only(entry) for entry in self._prompt_logprobs(name, text)[1:])

    def _prompt_logprobs(self, name: str, prompt: str | list[int]) -> list[Any]:
        asked = {
            "model": name,
            "prompt": prompt,
            "max_tokens": 1,
            "temperature": 0,
            "prompt_logprobs": 0,
        }
        body = self._ask("POST", "/completions", self.keys.model, asked)
        try:
            found = json.loads(body)["choices"][0]["prompt_logprobs"]
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            found = None
        if not isinstance(found, list):
            raise ModelMisconfigured(
                f"{self.address} gives no probabilities for a given text (prompt_logprobs), as vLLM "
                "does: whose weights answer there cannot be proven."
            )
        return found

    def _control(self, path: str, asked: Mapping[str, Any], *, is_at_root: bool = False) -> None:
        key_env = self.keys.control or self.keys.model
        self._ask("POST", path, key_env, asked, seconds=LOAD_SECONDS, is_at_root=is_at_root)

    def _ask(
        self,
        method: str,
        path: str,
        key_env: str,
        asked: Mapping[str, Any] | None = None,
        *,
        seconds: float = ANSWER_SECONDS,
        is_at_root: bool = False,
    ) -> bytes:
        import httpx2

        key = key_for(self.address, key_env)
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        base = self.address.rstrip("/")
        url = f"{base.removesuffix('/v1') if is_at_root else base}{path}"
        sent = {"headers": headers, "json": asked, "timeout": seconds}
        try:
            with self._client.stream(method, url, **sent) as response:
                body = self._body(response, time.monotonic() + seconds)
                status = response.status_code
        except httpx2.HTTPError as error:
            raise ModelUnavailable(
                f"{self.address} gave no answer: {one_line(str(error)) or type(error).__name__}"
            ) from error
        if status == 200:
            return body
        words = refusal_words(_json(body))
        raise self._refusal(status, path, one_line(words.replace(key, "…") if key else words))

    def _body(self, response: Any, deadline: float) -> bytes:
        body = b""
        for part in response.iter_bytes():
            body += part
            if len(body) > MAX_BYTES:
                raise ModelMisconfigured(f"{self.address} sent more than {MAX_BYTES} bytes.")
            if time.monotonic() > deadline:
                raise ModelUnavailable(f"{self.address} took too long to answer.")
        return body

    def _refusal(self, status: int, path: str, words: str) -> Exception:
        said = f" ({words})" if words else ""
        if status in (401, 403):
            return ModelMisconfigured(f"{self.address} refuses the key for {path}{said}.")
        if status == 404 and "lora" in path and "adapter" in words.lower():
            return ModelMisconfigured(f"{self.address} {NO_FOLDER}{said}.")
        if status == 404 and path.startswith(("/sleep", "/wake_up")):
            return ModelMisconfigured(f"{self.address}: {HOW_TO_SLEEP}")
        if status == 404 and "lora" in path:
            return ModelMisconfigured(f"{self.address}: {HOW_TO_START}")
        if status == 500 and "lora" in path and words:  # vLLM's words for an adapter that is none
            return ModelMisconfigured(f"{self.address} cannot load the adapter{said}.")
        if status in PASSING:
            return ModelUnavailable(f"{self.address} answered {status} for {path}{said}.")
        return ModelMisconfigured(f"{self.address} refused {path} ({status}){said}.")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _of_tokens(entries: Sequence[Any], ids: Sequence[int]) -> tuple[float, ...]:
    """Return each token's own log-probability. The first has none: nothing is before it."""
    if len(entries) != len(ids):
        raise ModelMisconfigured("The server cut the canary's tokens into others.")
    return (
        0.0,
        *(_value(entry, str(token)) for entry, token in zip(entries[1:], ids[1:], strict=True)),
    )


def _value(entry: Any, token: str) -> float:
    try:
        return float(entry[token]["logprob"])
    except (TypeError, KeyError, ValueError) as error:
        raise ModelMisconfigured("The server gave no probability for a canary's token.") from error


def _only(entry: Any) -> float:
    if not isinstance(entry, Mapping) or not entry:
        raise ModelMisconfigured("The server gave no probability for a canary's token.")
    return _value(entry, next(iter(entry)))
