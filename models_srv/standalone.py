"""A model as one ordinary folder, which anything that knows transformers loads: vLLM, TRL, llama.cpp."""

import shutil
import tempfile
from pathlib import Path

from models_srv.artifacts import publish_folder
from models_srv.chat.tokenizers import load_tokenizer, require_room
from models_srv.weights import load_weights


def write_standalone(location: str, adapter: str, folder: Path, *, card: str = "") -> None:
    """Write weights (safetensors, an adapter merged into its base), tokenizer, chat template and card.

    Merged in float32 and kept in the precision of the base, which loses less than merging in it. The
    folder is there whole or not at all. Raises FileExistsError where something is there already,
    ModelMisconfigured where base and adapter do not fit, else what transformers and the disk raise.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} is there already")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    part.chmod(0o755)  # others may read a model as they may what else lies there
    try:
        _save(location, adapter, part)
        if card:
            (part / "README.md").write_text(card, encoding="utf-8")
        publish_folder(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _save(location: str, adapter: str, part: Path) -> None:
    import torch

    tokenizer = load_tokenizer(location, adapter)
    model = load_weights(location, dtype="auto")
    require_room(tokenizer, model)
    if adapter:
        from peft import PeftModel

        kept = model.dtype
        merged = PeftModel.from_pretrained(model.to(torch.float32), adapter).merge_and_unload()
        model = merged.to(kept)
    model.save_pretrained(part)
    tokenizer.save_pretrained(part)
