import pytest
from django.test import Client

from tests.annotate.records import make_reviewed_pair


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """A real hash takes longer than a test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def pair(db):
    """One pair with critiques in a campaign, and an annotator who is signed in."""
    return make_reviewed_pair()


@pytest.fixture
def client(pair):
    client = Client()
    client.force_login(pair.user)
    return client
