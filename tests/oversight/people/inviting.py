"""A campaign with a manager who invites, for the tests of invitations."""

import pytest
from django.urls import reverse

from oversight.people.services.invitations import invite
from tests.factories import make_campaign, make_member, make_user

ACCOUNT = {"username": "ada", "password1": "vellum-quartz-19", "password2": "vellum-quartz-19"}


@pytest.fixture
def campaign():
    return make_campaign(slug="maths", name="Maths")


@pytest.fixture
def manager(campaign):
    return make_member(campaign, "manager", make_user("mia"))


@pytest.fixture
def token(campaign, manager):
    return one(campaign, manager).token


def one(campaign, by, **more):
    fields = {"names": ["ada"], "role": "annotator", "days": 7, **more}
    return invite(campaign=campaign, by=by, **fields)[0]


def join_page(token):
    return reverse("join", args=[token])


def roles_of(user):
    return set(user.memberships.values_list("role", flat=True))
