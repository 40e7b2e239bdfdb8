"""The client as its users have it: installed from its built wheel, talking to a server that runs."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from oversight.people.services.tokens import make_token
from tests.factories import make_campaign, make_member

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Return the package that a fresh folder holds after `pip install` of the wheel."""
    folder = tmp_path_factory.mktemp("client")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    source = folder / "source"
    subprocess.run(["cp", "-r", str(ROOT / "client"), str(source)], check=True)
    subprocess.run([*pip, *build, str(source)], check=True)
    [wheel] = folder.glob("*.whl")
    target = folder / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    sys.path.insert(0, str(target))
    package = importlib.import_module("oversight_client")
    assert Path(package.__file__).is_relative_to(target)
    yield package
    sys.path.remove(str(target))


@pytest.fixture
def campaign(transactional_db):
    return make_campaign(slug="maths")


@pytest.fixture
def oversight(installed, live_server, campaign):
    token = make_token(user=make_member(campaign, "owner"))
    with installed.Client(live_server.url, token) as client:
        yield client
