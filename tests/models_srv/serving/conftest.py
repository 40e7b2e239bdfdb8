"""Servers that lend adapters."""

import pytest

from tests.models_srv.serving.fake_vllm import FakeVllm, updated


@pytest.fixture
def vllm():
    """Return a function that starts a server; each has the folder /a/new with updated weights."""
    started = []

    def start(**settings):
        weights = {"": lambda ids: [-3.0] * len(ids), "/a/new": updated}
        started.append(FakeVllm(weights, **settings))
        return started[-1]

    yield start
    for server in started:
        server.close()
