import pytest

from tests.models_srv.chat.makes import MAKES


@pytest.fixture(scope="session")
def tokenizers():
    return {name: make() for name, make in MAKES.items()}
