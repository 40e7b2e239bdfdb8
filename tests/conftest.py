"""Fixtures for the whole suite."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's affair, and says nothing of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

CHROMIUM = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True, scope="session")
def _fast_passwords():
    """Hash passwords cheaply: hundreds of tests make users, and none tests the hasher."""
    from django.conf import settings as site

    site.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Copy the test database from one that has its tables."""
    from django.conf import settings

    from oversight.embedded import embedded_parts
    from tests.migrated import migrated_database

    if "postgres" not in embedded_parts:  # somebody else's server, that others may test on too
        return
    with django_db_blocker.unblock():
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = migrated_database()


@pytest.fixture(autouse=True, scope="session")
def _no_limits():
    """Let tests ask as often as they like: Redis counts on from one run to the next."""
    from django.conf import settings

    settings.REST_LIMITS = {"reads": 10**9, "writes": 10**9}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit have every table emptied afterwards, which the audit log would refuse."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE oversight_auditentry DISABLE TRIGGER keep_all_entries")


@pytest.fixture(scope="session")
def browser():
    """Real Chromium. One for all folders: Playwright bears one synchronous instance a thread."""
    if not CHROMIUM.exists():
        message = f"no Chromium at {CHROMIUM}; set CHROMIUM to its path"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    from playwright.sync_api import sync_playwright

    # Its event loop runs in the test's own thread, where Django would else refuse to query.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
