"""Sessions and people are read by statements of our own, to the same effect as Django's."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from oversight.sessions import PersonBackend, SessionStore
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def saved(**values):
    store = SessionStore()
    store.update(values)
    store.save()
    return store.session_key


def test_a_session_holds_what_django_reads_from_it():
    key = saved(seen=3)
    assert SessionStore(key)["seen"] == DatabaseStore(key)["seen"] == 3
    assert SessionStore(key).session_key == key


def test_an_unknown_key_is_given_up():
    store = SessionStore("0" * 32)
    assert store.load() == {}
    assert store.session_key is None


def test_an_expired_session_is_given_up():
    key = saved(seen=3)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert "seen" not in SessionStore(key)


def test_a_session_that_was_tampered_with_is_empty():
    key = saved(seen=3)
    Session.objects.update(session_data="eyJzZWVuIjo0fQ:forged")
    assert SessionStore(key).load() == {}


def test_a_person_is_who_the_orm_finds():
    user = make_user(first_name="Ann")
    found = PersonBackend().get_user(str(user.pk))
    assert found == user
    assert (found.first_name, found.password) == ("Ann", user.password)


def test_whoever_may_not_sign_in_any_more_is_nobody():
    user = make_user(is_active=False)
    assert PersonBackend().get_user(user.pk) is None
    assert PersonBackend().get_user(0) is None


def test_a_session_ends_with_its_person(client):
    user = make_user()
    client.login(username=user.username, password="pw")
    assert client.get(reverse("annotate:home")).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(reverse("annotate:home")).status_code == 302


def test_a_session_ends_when_the_password_changes(client):
    user = make_user()
    client.login(username=user.username, password="pw")
    user.set_password("another")
    user.save()
    assert client.get(reverse("annotate:home")).status_code == 302
