"""Sign-in names are the same whatever the case or the form of their letters."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

import oversight.migrations
from oversight.models import User
from oversight.people.services.members import add_member
from oversight.policies.names import name_key
from tests.factories import make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.fault("sign-in")]
SAME = ["Ann", "ann", "ANN", "Ａｎｎ", "ᴬnn"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("ann", written) for written in SAME],
        ("Straße", "STRASSE"),
        ("Élodie", "e\u0301lodie"),
        ("ﬁona", "FIONA"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_names_that_look_the_same_have_one_key(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("ann", "anna"), ("élodie", "elodie"), ("a.b", "ab")])
def test_different_names_have_different_keys(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("written", SAME)
def test_people_sign_in_however_they_write_their_name(client, written):
    make_user("Ann")
    client.post(reverse("login"), {"username": written, "password": "pw"})
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize("written", SAME)
def test_the_database_keeps_a_second_one_out(written):
    make_user("Ann")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(written)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username=written)])


def test_a_changed_name_is_known_by_its_new_letters():
    user = make_user("Ann")
    user.username = "Bea"
    user.save(update_fields=["username", "name_key"])
    assert User.objects.get_by_natural_key("BEA") == user
    make_user("ann")


@pytest.mark.parametrize("written", SAME)
def test_the_admin_says_that_the_name_is_taken(client, written):
    make_user("Ann")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    new = "correct-horse-1"
    data = {
        "username": written,
        "usable_password": "true",
        "password1": new,
        "password2": new,
    }
    page = client.post(reverse("admin:oversight_user_add"), data)
    assert page.status_code == 200
    assert User.objects.filter(name_key="ann").count() == 1


def test_an_account_is_a_programs_from_its_beginning_or_never(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    new = "correct-horse-1"
    data = {
        "username": "judge",
        "usable_password": "true",
        "password1": new,
        "password2": new,
        "is_simulated": "on",
    }
    client.post(reverse("admin:oversight_user_add"), data)
    judge, person = User.objects.get(username="judge"), make_user("person")
    assert judge.is_simulated
    page = client.get(reverse("admin:oversight_user_change", args=[person.pk])).content.decode()
    assert 'name="is_simulated"' not in page


def test_superusers_are_made_under_new_names_only(monkeypatch):
    make_user("Ann")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct-horse-1")
    with pytest.raises(CommandError, match="already taken"):
        call_command("createsuperuser", "--noinput", "--username", "ANN", "--email", "a@b.example")


def test_a_member_is_added_by_any_form_of_the_name():
    user = make_user("Ann")
    assert add_member(campaign=make_campaign(), username="ａｎｎ", role="annotator").user == user


def test_a_name_that_another_has_already_is_refused_with_words():
    make_user("Ann")
    with pytest.raises(Exception, match="has this name already"):
        User(username="ANN").clean()


@pytest.fixture
def old_clash():
    """`Ann` and `ann` of an installation that told them apart, after the migration."""
    people = [make_user("Ann"), make_user("somebody")]
    User.objects.update(name_key=None)
    User.objects.filter(pk=people[1].pk).update(username="ann")
    path = next(Path(oversight.migrations.__path__[0]).glob("*_sign_in_names.py"))
    import_module(f"oversight.migrations.{path.stem}").fill_keys(apps, None)
    return [User.objects.get(pk=person.pk) for person in people]


def test_people_whose_names_clashed_before_go_on_signing_in(client, old_clash):
    assert [person.name_key for person in old_clash] == ["ann", None]
    for person in old_clash:
        client.post(reverse("login"), {"username": person.username, "password": "pw"})
        assert client.get(reverse("home")).wsgi_request.user == person
        client.post(reverse("logout"))


def test_a_clash_is_over_once_one_of_them_is_renamed(old_clash):
    elder, younger = old_clash
    younger.full_clean()
    younger.save()
    assert younger.name_key is None
    younger.username = "anna"
    younger.save()
    assert User.objects.get_by_natural_key("ANNA") == younger
    assert User.objects.get_by_natural_key("ANN") == elder
