"""What a model's own settings mean for a request to its server. Pure."""

import json
from collections.abc import Set
from typing import Any

from models_srv.backends.dialects import SEED, SYSTEM_TURN
from models_srv.chat.options import template_arguments
from models_srv.options import ModelOptions


def extra_body(options: ModelOptions) -> dict[str, Any]:
    """Return the fields of a request that OpenAI's protocol does not know."""
    extra: dict[str, Any] = json.loads(options.extra_body)
    if arguments := template_arguments(options):
        # What is written out in the body stands before what follows from a switch.
        extra["chat_template_kwargs"] = arguments | extra.get("chat_template_kwargs", {})
    return extra


def left_out(options: ModelOptions) -> Set[str]:
    """Return which parts of a request its server is never sent, by the names of `dialects`."""
    never = {SEED: not options.sends_seed, SYSTEM_TURN: options.merge_system}
    return frozenset(name for name, is_left_out in never.items() if is_left_out)
