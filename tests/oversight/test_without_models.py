"""Web and control do without the libraries of models: whoever serves models elsewhere installs none."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRA = [re.split(r"[~=<>\[ ]", line)[0] for line in PROJECT["optional-dependencies"]["models"]]
BLOCKED = f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRA!r}:
            raise ModuleNotFoundError(f"{{name}} is not installed here", name=name)
sys.meta_path.insert(0, Blocked())
"""
LOADS = """
import oversight.wsgi
from oversight.celery import app
app.loader.import_default_modules()
assert "oversight.tasks.work" in app.tasks and "annotate.tasks.release_expired_leases" in app.tasks
from django.core.management import call_command, get_commands, load_command_class
call_command("check")
for name, place in get_commands().items():
    if place in ("oversight", "annotate"):
        load_command_class(place, name)
import celery.__main__, gunicorn.app.wsgiapp
"""


def run(program):
    return subprocess.run(
        [sys.executable, "-c", BLOCKED + program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ,
        check=False,
    )


def test_everything_but_the_workers_is_there_without_them():
    done = run(LOADS)
    assert done.returncode == 0, done.stderr


def test_the_check_itself_sees_an_import():
    assert "torch is not installed here" in run("import torch").stderr


def test_the_extra_holds_what_is_heavy():
    heavy = "torch transformers trl peft accelerate datasets safetensors gguf"
    assert set(heavy.split()) == set(EXTRA)
    needed = {re.split(r"[~=<>\[ ]", line)[0] for line in PROJECT["dependencies"]}
    assert needed.isdisjoint(EXTRA)


def test_a_worker_without_them_says_what_to_install(monkeypatch):
    from models_srv import backends
    from models_srv.types import ModelMisconfigured, ModelSpec

    monkeypatch.setattr(backends, "find_spec", lambda name: None)
    with pytest.raises(ModelMisconfigured, match=r"oversight\[models\]"):
        backends.load_backend(ModelSpec("transformers", "/srv/none"))
