"""One's own token and password."""

import pytest
from django.urls import reverse
from rest_framework.authtoken.models import Token

from tests.factories import make_user

pytestmark = pytest.mark.django_db


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize("page", ["home", "annotate:home", "account"])
def test_every_page_leads_to_ones_account(client, page):
    client.force_login(make_user("ada"))
    html = client.get(reverse(page)).content.decode()
    assert f'href="{reverse("account")}"' in html
    assert ">ada</span>" in html


def test_a_token_is_shown_once_and_rotated_and_deleted(client):
    person = make_user()
    client.force_login(person)
    html = client.post(reverse("account-token")).content.decode()
    first = Token.objects.get(user=person).key
    assert first in html
    assert first not in client.get(reverse("account")).content.decode()
    client.post(reverse("account-token"))
    second = Token.objects.get(user=person).key
    assert first != second
    client.post(reverse("account-token-delete"))
    assert not Token.objects.exists()
    response = client.post(reverse("account-token-delete"), follow=True)
    assert "has no token" in told(response)


def test_the_page_with_the_token_is_not_kept_anywhere(client):
    client.force_login(make_user())
    assert "no-store" in client.post(reverse("account-token"))["Cache-Control"]


def test_the_password_is_changed_and_the_session_goes_on(client):
    person = make_user()
    client.force_login(person)
    new = "correct-horse-1"
    data = {"old_password": "pw", "new_password1": new, "new_password2": new}
    client.post(reverse("account-password"), data)
    person.refresh_from_db()
    assert person.check_password(new)
    assert client.get(reverse("account")).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("wrong", "correct-horse-1", "correct-horse-1"),
        ("pw", "short", "short"),
        ("pw", "aaaa-bbbb-1", "x"),
    ],
)
def test_a_bad_password_is_refused(client, old, new, again):
    client.force_login(make_user())
    data = {"old_password": old, "new_password1": new, "new_password2": again}
    assert client.post(reverse("account-password"), data).status_code == 422
