"""A server of chat completions that can be told what to answer, and a backend that asks it."""

import pytest

from models_srv.backends import openai_compatible
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.options import ModelOptions
from models_srv.types import ModelSpec
from tests.models_srv.backends.fake_server import FakeServer


@pytest.fixture
def server():
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def backend(server, monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    return OpenAIBackend(
        ModelSpec("openai", server.url, name="m", options=ModelOptions(timeout_seconds=5))
    )
