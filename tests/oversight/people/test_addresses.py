"""One's own e-mail address: it counts once its owner followed a link."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from oversight.models import AuditEntry, User
from oversight.people.services.invitations import invite
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail_server(settings):
    settings.EMAIL_HOST = "mail.example"


@pytest.fixture
def ada():
    return make_user("ada", email="old@example.org")


@pytest.fixture
def here(ada):
    browser = Client()
    browser.force_login(ada)
    browser.post(reverse("account_reauthenticate"), {"password": "pw"})
    return browser


def give(browser, email="new@example.org"):
    answer = browser.post(
        reverse("account_email"), {"action_add": "1", "email": email}, follow=True
    )
    found = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body) if mail.outbox else None
    return answer, found and found[1]


def test_it_is_confirmed_by_its_link(here, ada):
    answer, link = give(here)
    assert "A link was sent to new@example.org" in answer.content.decode()
    assert mail.outbox[0].subject == "Is this your address?"
    ada.refresh_from_db()
    assert ada.email == "old@example.org"
    assert "is not confirmed yet" in here.get(reverse("account")).content.decode()
    stranger = Client()
    assert "Is this your address?" in stranger.get(link).content.decode()
    ada.refresh_from_db()
    assert ada.email == "old@example.org", "looking at the page confirms nothing"
    stranger.post(link)
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    assert AuditEntry.objects.get().act == "address.confirmed"
    assert "This link is over" in stranger.get(link).content.decode()


def test_who_joins_by_an_invitation_to_an_address_is_asked_whether_it_is_theirs(client):
    campaign = make_campaign()
    boss = make_member(campaign, "owner")
    (new,) = invite(campaign=campaign, names=["new@example.org"], role="annotator", days=1, by=boss)
    password = "vellum-quartz-19"
    data = {"username": "ada", "password1": password, "password2": password}
    client.post(reverse("join", args=[new.token]), data)
    link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]
    assert User.objects.get(username="ada").email == ""
    client.post(link)
    assert User.objects.get(username="ada").email == "new@example.org"


def test_a_link_that_is_not_whole_leads_nowhere(client, here, ada):
    _, link = give(here)
    assert "This link is over" in client.get(f"{link[:-3]}/").content.decode()
    assert client.post(f"{link[:-3]}/").status_code == 404


def test_somebody_elses_address_is_not_taken_and_not_told(here, ada):
    make_user("bea", email="bea@example.org")
    answer, _ = give(here, "bea@example.org")
    assert "A link was sent to bea@example.org" in answer.content.decode()


@pytest.mark.parametrize("email", ["", "x", "a@b.c\nBcc: d@e.f", "<b>@example.org"])
def test_what_is_no_address_is_refused(here, ada, email):
    assert give(here, email)[1] is None


def test_without_a_mail_server_the_page_says_so(here, settings):
    settings.EMAIL_HOST = ""
    answer, link = give(here)
    assert link is None
    assert "sends no e-mail" in answer.content.decode()


def test_a_mail_server_that_is_away_is_told(here, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer, _ = give(here)
    assert answer.status_code == 200
    assert "takes no e-mail now" in answer.content.decode()
