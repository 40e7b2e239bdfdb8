"""A version's own settings: what is stored, and what may be stored. Pure."""

import json
from dataclasses import MISSING, fields
from typing import Any, Protocol

from models_srv.options import ModelOptions

DEFAULTS = {field.name: field.default for field in fields(ModelOptions)}
assert MISSING not in DEFAULTS.values()
# What is a JSON object, kept as its text.
OBJECTS = ("chat_template_kwargs", "extra_body")
# What these say is told by fields of their own, or would undo what the product relies on.
TAKEN = frozenset({"model", "messages", "stream", "n", "logprobs", "top_logprobs", "max_tokens"})


class HasOptions(Protocol):
    options: Any


def options_of(version: HasOptions) -> ModelOptions:
    """Return the version's settings; what it does not say is as it was before there were any."""
    return ModelOptions(**version.options)


def object_problem(name: str, text: str) -> str:
    """Return why the text is not what the setting takes, "" where it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return 'Write a JSON object, such as {"top_k": 20}.'
    if not isinstance(value, dict):
        return 'Write a JSON object, such as {"top_k": 20}.'
    if name == "extra_body" and (taken := sorted(TAKEN & value.keys())):
        return f"{', '.join(taken)}: this is set elsewhere."
    return ""


def as_object(text: str) -> str:
    """Return the one way in which a JSON object is kept, so that equal ones are equal texts."""
    return json.dumps(json.loads(text or "{}"), sort_keys=True, ensure_ascii=False)
