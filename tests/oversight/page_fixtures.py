import pytest

from tests.factories import make_campaign, make_member


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """People are made by the dozen here; real password hashing would take most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def campaign():
    return make_campaign(slug="maths", name="Maths", taxonomy=["one"])


@pytest.fixture
def admin(client, campaign):
    client.force_login(make_member(campaign, "owner"))
    return client
