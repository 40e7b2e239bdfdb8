"""What people should know of a model's chat template. Reads files; loads no model, no heavy library."""

import contextlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

TEMPLATE_FILE, CONFIG_FILE = "chat_template.jinja", "tokenizer_config.json"
MERGES_SYSTEM = (
    "Its chat template takes no system turn: instructions are put at the head of the first message."
)
OWN_TEMPLATE = (
    "The adapter brings its own chat template, which differs from the base model's. It is used."
)
_TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
_LARGEST_BYTES = 16 * 1024 * 1024


def template_notes(location: str, adapter: str = "") -> tuple[str, ...]:
    """Return the notes on a model and its adapter (folders, or hub ids that were fetched before).

    None where no template is found.
    """
    locations = [each for each in (location, adapter) if each]
    return _notes(*((each, _newest(each)) for each in locations)) if location else ()


@lru_cache(maxsize=256)
def _notes(*locations: tuple[str, int]) -> tuple[str, ...]:
    base, *more = (_template(location) for location, _ in locations)
    own = more[0] if more else ""
    notes = [MERGES_SYSTEM] if refuses_system(own or base) else []
    return (*notes, OWN_TEMPLATE) if own and own != base else tuple(notes)


def refuses_system(template: str) -> bool:
    """Whether a chat template takes a user turn alone, and refuses a system turn before it."""
    user = {"role": "user", "content": "Hello."}
    system = {"role": "system", "content": "Be brief."}
    return bool(template) and _takes(template, [user]) and not _takes(template, [system, user])


def _takes(template: str, messages: list[dict[str, str]]) -> bool:
    try:
        _environment().from_string(template).render(
            messages=messages,
            add_generation_prompt=True,
            raise_exception=_raise,
            strftime_now=lambda form: "1 Jan 2025",
            tools=None,
            **_TOKENS,
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError):
        return False
    return True


def _raise(message: str) -> None:
    raise TemplateError(message)


class _Generation(Extension):
    """The tag with which templates mark what the model writes; it writes nothing itself."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols", _Generation],
    )
    environment.filters["tojson"] = lambda value, **_: json.dumps(value, ensure_ascii=False)
    return environment


def _template(location: str) -> str:
    """Return the chat template at a location, "" where there is none."""
    with contextlib.suppress(OSError, ValueError):
        return _read(_path(location, TEMPLATE_FILE))
    with contextlib.suppress(OSError, ValueError, AttributeError, TypeError, KeyError):
        given: Any = json.loads(_read(_path(location, CONFIG_FILE))).get("chat_template") or ""
        if isinstance(given, list):
            given = next((each["template"] for each in given if each["name"] == "default"), "")
        return given if isinstance(given, str) else ""
    return ""


def _path(location: str, name: str) -> Path:
    """Return a file's path in a folder, or among the files that were fetched from a hub."""
    if Path(location).is_dir():
        return Path(location) / name
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(location, name)
    if not isinstance(found, str):
        raise FileNotFoundError(f"{location} has no {name} here")
    return Path(found)


def _read(path: Path) -> str:
    if path.stat().st_size > _LARGEST_BYTES:
        raise ValueError(f"{path} is too large")
    return path.read_text(encoding="utf-8")


def _newest(location: str) -> int:
    """Return when the files that hold a template were last changed (ns), 0 where there are none."""
    times = []
    for name in (TEMPLATE_FILE, CONFIG_FILE):
        with contextlib.suppress(OSError, ValueError):
            times.append(_path(location, name).stat().st_mtime_ns)
    return max(times, default=0)
