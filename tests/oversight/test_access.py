"""What is open to all, and what the admin's own pages let nobody do."""

import pytest
from django.urls import reverse

from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


def test_healthz_is_open_and_plain(client):
    response = client.get(reverse("healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_says_when_the_database_is_away(client, monkeypatch):
    from django.db import OperationalError, connection

    def fail():
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", fail)
    assert client.get(reverse("healthz")).status_code == 503


def test_the_admin_reads_append_only_rows_and_changes_none(client, campaign):
    from tests.factories import make_query, make_response

    response = make_response(make_query(campaign))
    client.force_login(make_user(is_superuser=True, is_staff=True))
    assert client.get(reverse("admin:oversight_response_changelist")).status_code == 200
    change = reverse("admin:oversight_response_change", args=[response.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"text": "x"}).status_code == 403
    assert client.get(reverse("admin:oversight_response_add")).status_code == 403
