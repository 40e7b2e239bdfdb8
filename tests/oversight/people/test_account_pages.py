"""One's own token and password."""

import hashlib
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test import Client
from django.urls import reverse

import oversight.migrations
from oversight.models import ApiToken
from oversight.people.services.members import make_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def shown_token(response):
    return re.search(r"Authorization: Token ([\w-]+)", response.content.decode())[1]


def api_status(token):
    headers = {"Authorization": f"Token {token}"}
    return Client().get(reverse("api-campaigns"), headers=headers).status_code


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
    first = shown_token(client.post(reverse("account-token")))
    assert ApiToken.objects.get(user=person).sha256 == hashlib.sha256(first.encode()).hexdigest()
    assert first not in client.get(reverse("account")).content.decode()
    assert api_status(first) == 200
    second = shown_token(client.post(reverse("account-token")))
    assert (api_status(first), api_status(second)) == (401, 200)
    client.post(reverse("account-token-delete"))
    assert api_status(second) == 401
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


def changed_by_oneself(person):
    client = Client()
    client.force_login(person)
    new = "correct-horse-1"
    data = {"old_password": "pw", "new_password1": new, "new_password2": new}
    assert client.post(reverse("account-password"), data).status_code == 302


def changed_by_an_admin(person):
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    new = "correct-horse-1"
    data = {"usable_password": "true", "password1": new, "password2": new}
    page = reverse("admin:auth_user_password_change", args=[person.pk])
    assert client.post(page, data).status_code == 302


def changed_by_a_program(person):
    person.set_password("correct-horse-1")
    person.save()


@pytest.mark.fault("sign-in")
@pytest.mark.parametrize("change", [changed_by_oneself, changed_by_an_admin, changed_by_a_program])
def test_a_changed_password_ends_the_token_and_sessions_elsewhere(change):
    person, elsewhere = make_user(), Client()
    elsewhere.force_login(person)
    token = make_token(user=person)
    change(person)
    assert api_status(token) == 401
    assert elsewhere.get(reverse("account")).status_code == 302


@pytest.mark.fault("sign-in")
def test_a_stronger_hash_of_the_same_password_ends_no_token(client, settings):
    person = make_user()
    token = make_token(user=person)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    client.post(reverse("login"), {"username": person.username, "password": "pw"})
    person.refresh_from_db()
    assert person.password.startswith("pbkdf2")
    assert api_status(token) == 200


@pytest.mark.fault("sign-in")
def test_whoever_may_not_sign_in_any_more_has_no_token_either():
    person = make_user()
    token = make_token(user=person)
    type(person).objects.update(is_active=False)
    assert api_status(token) == 401


@pytest.mark.fault("sign-in")
def test_tokens_are_neither_kept_in_plain_text_nor_listed_in_the_admin():
    token = make_token(user=make_user())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(kept)::text FROM oversight_apitoken kept")
        assert token not in cursor.fetchone()[0]
        cursor.execute("SELECT to_regclass('authtoken_token')")
        assert cursor.fetchone() == (None,)
    assert not any("token" in model.__name__.lower() for model in site._registry)


@pytest.mark.fault("sign-in")
def test_tokens_of_an_older_installation_go_on_working():
    person, key = make_user(), "0123456789abcdef" * 2 + "01234567"
    path = next(Path(oversight.migrations.__path__[0]).glob("*_api_tokens.py"))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE authtoken_token (key varchar(40), created timestamptz, user_id bigint)"
        )
        cursor.execute("INSERT INTO authtoken_token VALUES (%s, now(), %s)", [key, person.pk])
        cursor.execute(import_module(f"oversight.migrations.{path.stem}").HASH_FORMER)
        cursor.execute("SELECT to_regclass('authtoken_token')")
        assert cursor.fetchone() == (None,)
    assert api_status(key) == 200


@pytest.mark.fault("sign-in")
@pytest.mark.parametrize("new", ["wilhelmina1", "Wilhelmina-2"])
def test_a_password_like_ones_name_is_refused(client, new):
    client.force_login(make_user("wilhelmina"))
    data = {"old_password": "pw", "new_password1": new, "new_password2": new}
    assert client.post(reverse("account-password"), data).status_code == 422
