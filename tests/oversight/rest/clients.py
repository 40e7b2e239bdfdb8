"""Programs that act for somebody."""

from django.urls import reverse
from rest_framework.test import APIClient

from oversight.people.services.tokens import make_token
from tests.factories import make_member


def client_of(user, **token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=user, **token)}")
    return client


def client_of_role(campaign, role, **token):
    return client_of(make_member(campaign, role), **token)


def url(name, campaign, *args):
    return reverse(name, args=[campaign.slug, *args])
