"""One's own tokens and password."""

import hashlib
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.admin import site
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import oversight.migrations
from oversight.models import ApiToken
from oversight.people.services.tokens import make_token
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


FORM = {"name": "nightly export", "scopes": ["read", "data:write"], "days": "30"}


def test_a_token_is_shown_once_and_ended(client):
    person = make_user()
    client.force_login(person)
    token = shown_token(client.post(reverse("account-token"), FORM))
    row = ApiToken.objects.get(user=person)
    assert row.sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert (row.name, row.scopes) == ("nightly export", ["read", "data:write"])
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    html = client.get(reverse("account")).content.decode()
    assert token not in html
    assert "nightly export" in html
    assert api_status(token) == 200
    client.post(reverse("account-token-delete", args=[row.pk]))
    assert api_status(token) == 401
    response = client.post(reverse("account-token-delete", args=[row.pk]), follow=True)
    assert "was ended already" in told(response)


def test_several_tokens_work_side_by_side(client):
    client.force_login(make_user())
    first = shown_token(client.post(reverse("account-token"), FORM))
    second = shown_token(client.post(reverse("account-token"), FORM | {"name": "laptop"}))
    assert (api_status(first), api_status(second)) == (200, 200)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 101}, {"scopes": []}, {"scopes": ["all"]}, {"days": "36500"}],
)
def test_a_token_that_says_too_little_or_too_much_is_not_made(client, wrong):
    client.force_login(make_user())
    assert client.post(reverse("account-token"), FORM | wrong).status_code == 422
    assert not ApiToken.objects.exists()


def test_two_tokens_of_one_name_could_not_be_told_apart(client):
    client.force_login(make_user())
    client.post(reverse("account-token"), FORM)
    response = client.post(reverse("account-token"), FORM)
    assert response.status_code == 422
    assert "already" in response.content.decode()
    client.force_login(make_user())
    assert client.post(reverse("account-token"), FORM).status_code == 200


def test_nobody_ends_a_token_of_somebody_else(client):
    token = make_token(user=make_user())
    client.force_login(make_user())
    client.post(reverse("account-token-delete", args=[ApiToken.objects.get().pk]))
    assert api_status(token) == 200


def test_an_expired_token_is_of_no_use_and_says_so(client):
    person = make_user()
    token = make_token(user=person, expires_at=timezone.now() - timedelta(seconds=1))
    client.force_login(person)
    assert api_status(token) == 401
    assert "Expired" in client.get(reverse("account")).content.decode()


def test_when_a_token_was_last_used_is_noted_to_the_minute():
    token = make_token(user=make_user())
    api_status(token)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    api_status(token)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    api_status(token)
    assert ApiToken.objects.get().last_used_at >= first


@pytest.mark.parametrize("fields", [{"scopes": []}, {"name": "twice"}])
def test_the_database_holds_that_a_token_has_scopes_and_a_name_of_its_own(fields):
    person = make_user()
    ApiToken.objects.create(user=person, name="twice", sha256="a")
    with pytest.raises(IntegrityError):
        ApiToken.objects.create(user=person, sha256="b", **fields)


def test_the_page_with_the_token_is_not_kept_anywhere(client):
    client.force_login(make_user())
    assert "no-store" in client.post(reverse("account-token"), FORM)["Cache-Control"]


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
        # The table of that time had neither.
        cursor.execute("ALTER TABLE oversight_apitoken ALTER name SET DEFAULT ''")
        cursor.execute("ALTER TABLE oversight_apitoken ALTER scopes SET DEFAULT '{read}'")
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
