"""The command line in this process: what goes in, what comes out."""

import io
import json
import sys

import pytest

from models_srv.cli.__main__ import main


@pytest.fixture
def cli(capsys, monkeypatch):
    """Call it with arguments (and the lines that are piped in): it returns code, rows and words."""

    def call(*arguments, lines=()):
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        piped = io.TextIOWrapper(io.BytesIO("\n".join(texts).encode()))
        monkeypatch.setattr(sys, "stdin", piped)
        code = main([str(argument) for argument in arguments])
        out, words = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], words

    return call
