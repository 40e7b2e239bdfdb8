"""Distributions with backends of their own, installed for a test: a dist-info folder on sys.path."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models_srv import backends
from models_srv.backends.own import own_backends

ECHO = '''
from models_srv.types import Generation, ModelMisconfigured, ModelUnavailable, prompt_hash


class Echo:
    """Answers with the last thing that it was told, after the name of its model."""

    def __init__(self, spec):
        if spec.location == "nowhere":
            raise ModelMisconfigured("There is no echo at nowhere.")
        if spec.location == "broken":
            raise OSError("no route\\n to host")
        self.spec = spec

    def generate(self, conversations, sampling):
        if self.spec.location == "away":
            raise ModelUnavailable("The mountain is closed.")
        return [
            Generation(f"{self.spec.name}: {turns[-1].content}", prompt_hash(turns))
            for turns in conversations
        ]


class Dumb:
    def __init__(self, spec):
        pass
'''
POINTS = """[oversight.backends]
echo = echo_models:Echo
dumb = echo_models:Dumb
gone = echo_models:Gone
openai = echo_models:Echo
A Bad Name = echo_models:Echo
"""


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Install `echo-models` in the folder, and take it away at the end."""
    info = folder / "echo_models-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: echo-models\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (folder / "echo_models.py").write_text(ECHO)
    sys.path.insert(0, str(folder))
    own_backends.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("echo_models", None)
        own_backends.cache_clear()
        backends.clear_cache()
