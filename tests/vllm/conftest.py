"""One vLLM for all of these tests: it is a minute or two in starting."""

import pytest

from models_srv.backends import clear_cache
from oversight.loop.services.coordinator import advance_round
from oversight.loop.services.desk import work_at_desk
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS
from oversight.models import Stage
from tests.oversight.small_rounds import _artifacts  # noqa: F401
from tests.vllm.engine import KEY, PYTHON, Between, Engine


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

    def until(round_, stop):
        while (stage := advance_round(round_.pk)) not in (stop, Stage.REVIEW, Stage.DONE):
            if work_at_desk():
                continue
            unit = claim_unit(HANDLERS[stage].queue, round_.pk)
            assert unit, f"nothing due at {stage}"
            run_unit(unit)
            unit.refresh_from_db()
            assert not unit.error, unit.error
        round_.refresh_from_db()
        return round_

    return until


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("VLLM_API_KEY", KEY)
    monkeypatch.setenv("MODEL_KEYS", "VLLM_API_KEY=127.0.0.1")
    yield
    clear_cache()  # a loaded backend keeps the key that it was made with
