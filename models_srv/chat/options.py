"""What a model's own settings mean for its chat template. Pure."""

import json
from typing import Any

from models_srv.options import ModelOptions

# By which names templates take whether to think first: Qwen and GLM; DeepSeek and Granite. A
# template that knows neither is not changed by them.
REASONING_SWITCHES = ("enable_thinking", "thinking")


def template_arguments(options: ModelOptions) -> dict[str, Any]:
    """Return what the chat template is given beside the turns."""
    given: dict[str, Any] = json.loads(options.chat_template_kwargs)
    if options.reasoning is None:
        return given
    return dict.fromkeys(REASONING_SWITCHES, options.reasoning) | given
