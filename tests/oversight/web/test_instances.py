"""Several installations on one host keep their sign-ins: no cookie of one is the other's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oversight.web.path_prefix import without_prefix

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.fault("instances")
NAMES = [
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_PATH",
    "CSRF_COOKIE_PATH",
    "STATIC_URL",
    "FORCE_SCRIPT_NAME",
]
ASK = f"""
import json
from django.conf import settings
print(json.dumps([getattr(settings, name) for name in {NAMES}]))
"""


def settings_with(**env):
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={
            **os.environ,
            "SECRET_KEY": "one",
            "DJANGO_SETTINGS_MODULE": "oversight.settings",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.strip().splitlines()[-1]
    return dict(zip(NAMES, json.loads(done.stdout), strict=True))


def test_cookies_are_named_by_address_and_secret():
    mine = settings_with(PORT="8000")
    others = [
        settings_with(PORT="8001"),
        settings_with(PORT="8000", SECRET_KEY="two"),
        settings_with(PORT="8000", SCRIPT_NAME="/oversight"),
    ]
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"):
        assert len({each[name] for each in [mine, *others]}) == 4
    assert settings_with(PORT="8000") == mine
    assert {each["SESSION_COOKIE_PATH"] for each in (mine, others[0])} == {"/"}


def test_web_servers_of_one_installation_can_share_a_name():
    one, another = (settings_with(PORT=port, INSTANCE="team-a") for port in ("8000", "8001"))
    assert one["SESSION_COOKIE_NAME"] == another["SESSION_COOKIE_NAME"] == "sessionid_team-a"


@pytest.mark.parametrize("text", ["/oversight", "/oversight/"])
def test_a_path_holds_for_cookies_links_and_static_files(text):
    found = settings_with(SCRIPT_NAME=text)
    assert found["SESSION_COOKIE_PATH"] == found["CSRF_COOKIE_PATH"] == "/oversight"
    assert found["FORCE_SCRIPT_NAME"] == "/oversight"
    assert found["STATIC_URL"] == "/oversight/static/"
    assert settings_with(SCRIPT_NAME="/")["FORCE_SCRIPT_NAME"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("SCRIPT_NAME", "oversight"), ("SCRIPT_NAME", "//evil.example"), ("INSTANCE", "a;b")],
)
def test_a_path_or_a_name_that_cannot_be_one_is_refused(name, value):
    with pytest.raises(AssertionError, match=f"{name} must be"):
        settings_with(**{name: value})


@pytest.mark.parametrize(
    ("prefix", "path", "inner"),
    [
        ("", "/annotate/", "/annotate/"),
        ("/team", "/team/annotate/", "/annotate/"),
        ("/team/", "/team/annotate/", "/annotate/"),
        ("/team", "/annotate/", "/annotate/"),
        ("/team", "/team", "/"),
        ("/team", "/teams/", "/teams/"),
    ],
)
def test_the_path_is_cut_off_where_the_proxy_left_it(prefix, path, inner):
    seen = []
    application = without_prefix(
        lambda environ, start: seen.append(environ["PATH_INFO"]) or [], prefix
    )
    application({"PATH_INFO": path}, None)
    assert seen == [inner]
