"""The tokenizer of a model: an adapter that brings its own, or its own template, is taken at it."""

from pathlib import Path
from typing import Any

from models_srv.types import ModelMisconfigured
from models_srv.weights import gguf_options

TEMPLATE_FILE = "chat_template.jinja"
CONFIG_FILE = "tokenizer_config.json"


def load_tokenizer(location: str, adapter: str = "") -> Any:
    """Return the tokenizer of a model with an adapter. Raises what transformers raises."""
    from transformers import AutoTokenizer

    # A GGUF file holds a tokenizer too; one that stands beside it is its maker's own.
    packed = {} if _find_here(location, CONFIG_FILE) else gguf_options(location)
    base = AutoTokenizer.from_pretrained(location, trust_remote_code=False, **packed)
    if adapter and _find(adapter, CONFIG_FILE):
        own = AutoTokenizer.from_pretrained(adapter, trust_remote_code=False)
        own.chat_template = own.chat_template or base.chat_template
        return own
    if adapter and (template := _find(adapter, TEMPLATE_FILE)):
        base.chat_template = template.read_text(encoding="utf-8")
    return base


def brings_tokenizer(adapter: str) -> bool:
    """Whether an adapter brings a tokenizer or a chat template of its own."""
    return bool(adapter) and any(_find(adapter, name) for name in (CONFIG_FILE, TEMPLATE_FILE))


def require_room(tokenizer: Any, model: Any) -> None:
    """Raise ModelMisconfigured where the tokenizer knows tokens that the model has no weights for."""
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise ModelMisconfigured(
            f"The tokenizer has {len(tokenizer)} tokens and the model weights for {rows}: merge the "
            "adapter into its base, with the tokens that it adds."
        )


def _find(location: str, name: str) -> Path | None:
    """Return a file of a folder or of a hub id, None where there is none."""
    if Path(location).is_dir():
        return _find_here(location, name)
    from transformers.utils.hub import cached_file

    found = cached_file(location, name, _raise_exceptions_for_missing_entries=False)
    return Path(found) if found else None


def _find_here(location: str, name: str) -> Path | None:
    path = Path(location) / name
    return path if path.is_file() else None
