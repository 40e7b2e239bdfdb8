"""A model's weights, from a folder or a hub id. A folder may hold one GGUF file in place of them."""

from pathlib import Path
from typing import Any

from models_srv.types import ModelMisconfigured


def gguf_options(location: str) -> dict[str, str]:
    """Return what `from_pretrained` is told besides: the GGUF file, where that is all there is.

    Raises ModelMisconfigured where there are several: they are other models, or parts of one.
    """
    folder = Path(location)
    if not folder.is_dir() or (folder / "config.json").exists():
        return {}
    names = sorted(path.name for path in folder.glob("*.gguf"))
    if len(names) > 1:
        raise ModelMisconfigured(
            f"{location} holds {len(names)} GGUF files ({', '.join(names[:3])}…): leave the one that "
            "is meant (parts of one model are put together by llama-gguf-split --merge)."
        )
    return {"gguf_file": names[0]} if names else {}


def load_weights(location: str, **options: Any) -> Any:
    """Return the causal language model at `location`; a GGUF file's numbers are unpacked.

    `options` are those of transformers, and what it raises is raised.
    """
    from transformers import AutoModelForCausalLM, GgufConfig

    if gguf := gguf_options(location):
        # Unpacked it is a model like any other, to be trained and to be saved as what it is now.
        options |= {**gguf, "quantization_config": GgufConfig(dequantize=True)}
    return AutoModelForCausalLM.from_pretrained(location, trust_remote_code=False, **options)
