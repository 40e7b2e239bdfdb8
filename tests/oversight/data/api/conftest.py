import pytest


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """People are made by the dozen here; real password hashing would take most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
