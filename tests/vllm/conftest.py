"""One vLLM for all of these tests: it is a minute or two in starting."""

from functools import partial

import pytest

from benchmarks.serving.engine import KEY, PYTHON, Engine
from models_srv.backends import clear_cache
from oversight.loop.services.desk import work_at_desk
from tests.oversight.small_rounds import _artifacts, drive_until  # noqa: F401
from tests.vllm.between import Between


def pytest_collection_modifyitems(items):
    why = pytest.mark.skip(reason=f"there is no vLLM at {PYTHON}: make test-vllm makes it")
    for item in items:
        if "vllm" in item.keywords and not PYTHON.exists():
            item.add_marker(why)


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    engine = Engine(tmp_path_factory.mktemp("vllm") / "log.txt")
    engine.start()
    yield engine
    engine.kill()


@pytest.fixture
def between(engine):
    proxy = Between(engine)
    yield proxy
    proxy.close()


@pytest.fixture
def drive():
    """Do a round's units until it stands at a stage, those of the server as the desk does them."""
    return partial(drive_until, at_desk=work_at_desk)


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("VLLM_API_KEY", KEY)
    monkeypatch.setenv("MODEL_KEYS", "VLLM_API_KEY=127.0.0.1")
    yield
    clear_cache()  # a loaded backend keeps the key that it was made with
