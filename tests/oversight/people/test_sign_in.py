"""Signing in: guesses are stopped, owners are not."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse

from oversight.models import SignInTry
from oversight.people.policies.sign_in import FAILURES_OF_ADDRESS, FAILURES_OF_NAME, WINDOW_SECONDS
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.fault("sign-in")]
ROOT = Path(__file__).resolve().parents[3]


def sign_in(username, password, address="192.0.2.1", page="login", **headers):
    client = Client(REMOTE_ADDR=address, headers=headers)
    data = {"username": username, "password": password}
    return client.post(reverse(page), data)


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def guessed(ann):
    """Somebody has tried as many passwords of Ann's as are let in."""
    for n in range(FAILURES_OF_NAME):
        assert sign_in("ann", f"guess {n}").status_code == 200


def test_guesses_are_stopped_and_told_so(guessed):
    answer = sign_in("ann", "another")
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(WINDOW_SECONDS)
    assert "Try again in 15 minutes" in answer.content.decode()


@pytest.mark.parametrize("name", ["ann", "ANN", "ａｎｎ"])
def test_the_right_password_helps_no_guesser(guessed, name):
    assert sign_in(name, "pw").status_code == 429


def test_their_owner_gets_in_from_elsewhere(guessed):
    assert sign_in("ann", "pw", "198.51.100.9").status_code == 302


def test_others_get_in_from_the_same_address(guessed):
    make_user("bea")
    assert sign_in("bea", "pw").status_code == 302


def test_an_emptied_redis_forgets_nothing(guessed):
    redis.Redis.from_url(settings.REDIS_URL).flushall()
    assert sign_in("ann", "pw").status_code == 429


def test_the_wait_has_an_end_however_often_one_asks_meanwhile(guessed):
    for _ in range(3):
        assert sign_in("ann", "pw").status_code == 429
    SignInTry.objects.update(at=F("at") - timedelta(seconds=WINDOW_SECONDS + 1))
    assert sign_in("ann", "pw").status_code == 302


def test_what_was_mistyped_is_forgotten_with_the_right_password(ann):
    for _ in range(3):
        for n in range(FAILURES_OF_NAME - 1):
            sign_in("ann", f"slip {n}")
        assert sign_in("ann", "pw").status_code == 302
    assert not SignInTry.objects.exists()


def test_one_password_for_many_names_is_stopped_too(ann):
    for n in range(FAILURES_OF_ADDRESS):
        assert sign_in(f"name{n}", "Password1").status_code == 200
    assert sign_in("ann", "pw").status_code == 429
    assert sign_in("ann", "pw", "198.51.100.9").status_code == 302


def test_signing_in_as_oneself_does_not_wipe_what_was_guessed_of_others(ann, guessed):
    make_user("mallory")
    assert sign_in("mallory", "pw").status_code == 302
    assert sign_in("ann", "pw").status_code == 429


def test_another_address_of_the_same_network_is_the_same_guesser(ann):
    for n in range(FAILURES_OF_NAME):
        sign_in("ann", "guess", f"2001:db8::{n + 1:x}")
    assert sign_in("ann", "pw", "2001:db8::ffff").status_code == 429
    assert sign_in("ann", "pw", "2001:db8:0:1::1").status_code == 302


def test_a_header_that_anybody_writes_is_no_address(ann, settings):
    settings.PROXIES = 0
    for n in range(FAILURES_OF_NAME):
        sign_in("ann", "guess", **{"X-Forwarded-For": f"203.0.113.{n}"})
    assert sign_in("ann", "pw", **{"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_behind_a_proxy_people_are_told_apart(ann, settings):
    settings.PROXIES = 1
    for _ in range(FAILURES_OF_NAME):
        sign_in("ann", "guess", **{"X-Forwarded-For": "203.0.113.1"})
    assert sign_in("ann", "pw", **{"X-Forwarded-For": "203.0.113.1"}).status_code == 429
    assert sign_in("ann", "pw", **{"X-Forwarded-For": "203.0.113.2"}).status_code == 302


def test_the_admin_has_no_door_of_its_own(ann):
    answer = sign_in("ann", "pw", page="admin:login")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_no_name_is_kept_as_it_was_typed(ann):
    sign_in("correct-horse-1", "typed into the wrong field")
    assert "correct" not in SignInTry.objects.get().name_hash


def production(code):
    """Run code with the settings of an installation behind TLS; return what it prints."""
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    own = {
        "DJANGO_SETTINGS_MODULE": "oversight.settings",
        "OVERSIGHT_VAR": os.environ["OVERSIGHT_VAR"],
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "HTTPS": "1",
        "ALLOWED_HOSTS": "oversight.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=inherited | own, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_production_passes_every_check_of_a_deployment():
    out = production(
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='DEBUG')"
    )
    assert "no issues (0 silenced)" in out


def test_plain_http_leads_to_https_but_for_the_health_of_the_process():
    out = production(
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "client = Client(headers={'host': 'oversight.example'})\n"
        "tls = {'X-Forwarded-Proto': 'https'}\n"
        "page = client.get('/accounts/login/')\n"
        "print(page.status_code, page['Location'])\n"
        "print(client.get('/healthz').status_code)\n"
        "secure = client.get('/accounts/login/', headers=tls)\n"
        "print(secure.status_code, secure['Strict-Transport-Security'])\n"
    )
    assert out.splitlines() == [
        "301 https://oversight.example/accounts/login/",
        "200",
        "200 max-age=31536000; includeSubDomains; preload",
    ]
