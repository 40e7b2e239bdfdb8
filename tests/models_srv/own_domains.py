"""Distributions with domains of their own, installed for a test: a dist-info folder on sys.path.

`shouting` is the whole of the domain that docs/own-domain.md shows; `speaker` is a learner for it, which
shouts in every second sample.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models_srv import backends
from models_srv.backends.own import own_backends
from models_srv.domains import registry

ROOT = Path(__file__).resolve().parents[2]
SHOUTING = "".join(
    re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "own-domain.md").read_text(), re.DOTALL)[:1]
)
OTHERS = """

from models_srv.types import Generation

class Broken(Shouting):
    def __init__(self):
        raise OSError("no word list\\n here")


class Stranger:
    pass


class Speaker:
    def __init__(self, spec):
        pass

    def generate(self, conversations, sampling):
        words = [turns[-1].content.split()[-1] for turns in conversations]
        return [
            Generation(word.upper() if number % 2 else word, "")
            for number, word in enumerate(words)
        ]
"""
POINTS = """[oversight.domains]
shouting = shouting_domain:Shouting
broken = shouting_domain:Broken
gone = shouting_domain:Gone
stranger = shouting_domain:Stranger
arithmetic = shouting_domain:Shouting
A Bad Name = shouting_domain:Shouting

[oversight.backends]
speaker = shouting_domain:Speaker
"""


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Install `shouting-domain` in the folder, and take it away at the end."""
    info = folder / "shouting_domain-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting-domain\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (folder / "shouting_domain.py").write_text(SHOUTING + OTHERS)
    sys.path.insert(0, str(folder))
    _look_again()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("shouting_domain", None)
        _look_again()


def _look_again() -> None:
    registry.found.cache_clear()
    own_backends.cache_clear()
    backends.clear_cache()
