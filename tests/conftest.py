"""Fixtures for the whole suite."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _fast_passwords():
    """Hash passwords cheaply: hundreds of tests make users, and none tests the hasher."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
