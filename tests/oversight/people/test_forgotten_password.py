"""A password that somebody forgot: a link by e-mail, for an hour and once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oversight.models import AuditEntry, ForgottenPassword, SignedIn
from oversight.people.policies.sign_in import FAILURES_OF_NAME
from oversight.people.services.passwords import OF_USE, mail_passwords
from oversight.people.services.tokens import make_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NEW = "vellum-quartz-19"


@pytest.fixture(autouse=True)
def _mail_server(settings):
    settings.EMAIL_HOST = "mail.example"


@pytest.fixture
def ada():
    return make_user("ada", email="ada@example.org")


def ask(client, email):
    return client.post(reverse("password-forgotten"), {"email": email}, follow=True)


def link(client, email="ada@example.org"):
    ask(client, email)
    mail_passwords()
    return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]


def choose(client, address, password=NEW):
    """Follow the link and choose a password."""
    form = client.get(address, follow=True)
    data = {"new_password1": password, "new_password2": password}
    return client.post(
        form.redirect_chain[-1][0] if form.redirect_chain else address, data, follow=True
    )


def test_the_link_is_sent_and_the_password_chosen(client, ada):
    answer = choose(client, link(client, "ADA@example.org"))
    assert "Your password is replaced" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert mail.outbox[0].to == ["ada@example.org"]
    assert "“ada”" in mail.outbox[0].body
    assert not ForgottenPassword.objects.exists()
    assert AuditEntry.objects.get().act == "password.reset"


def test_nobody_is_told_whose_an_address_is(client, ada):
    known, unknown = (ask(client, f"{name}@example.org").content for name in ("ada", "bea"))
    csrf = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
    assert csrf.sub(b"", known) == csrf.sub(b"", unknown)
    assert b"a link is on its way" in known
    assert mail_passwords() == 1


@pytest.mark.parametrize(
    "fields", [{"is_active": False}, {"is_simulated": True}, {"password": "!"}]
)
def test_who_may_not_sign_in_by_password_gets_no_link(client, ada, fields):
    type(ada).objects.update(**fields)
    ask(client, "ada@example.org")
    assert mail_passwords() == 0


def test_nobody_has_the_empty_address(client):
    make_user("bea")
    assert client.post(reverse("password-forgotten"), {"email": ""}).status_code == 422
    assert not ForgottenPassword.objects.exists()


def test_a_link_works_once(client, ada):
    address = link(client)
    choose(client, address)
    assert "This link is over" in client.get(address).content.decode()


def test_a_link_is_over_after_an_hour(client, ada, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link is over" in client.get(link(client), follow=True).content.decode()


def test_a_link_is_over_with_the_next_sign_in(client, ada):
    address = link(client)
    client.post(reverse("login"), {"username": "ada", "password": "pw"})
    assert "This link is over" in client.get(address).content.decode()


def test_sessions_and_tokens_end(client, ada):
    elsewhere, token = Client(), make_token(user=ada)
    elsewhere.post(reverse("login"), {"username": "ada", "password": "pw"})
    choose(client, link(client))
    assert elsewhere.get(reverse("account")).status_code == 302
    assert not SignedIn.objects.exists()
    headers = {"Authorization": f"Token {token}"}
    assert Client().get(reverse("api-campaigns"), headers=headers).status_code == 401


def test_a_weak_password_is_refused(client, ada):
    choose(client, link(client), "ada")
    ada.refresh_from_db()
    assert ada.check_password("pw")


def test_asking_again_and_again_is_stopped(client, ada):
    for _ in range(FAILURES_OF_NAME):
        assert ask(client, "ada@example.org").status_code == 200
    answer = ask(client, "ada@example.org")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert mail_passwords() == 1


def test_nobodys_mailbox_is_filled_from_many_addresses(ada):
    for n in range(FAILURES_OF_NAME + 1):
        ask(Client(REMOTE_ADDR=f"192.0.2.{n}"), "ada@example.org")
        mail_passwords()
    assert len(mail.outbox) == FAILURES_OF_NAME


def test_a_link_that_nobody_could_send_waits_and_is_given_up(client, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    ask(client, "ada@example.org")
    assert mail_passwords() == 0
    assert ForgottenPassword.objects.get().due > timezone.now()
    ForgottenPassword.objects.update(at=timezone.now() - OF_USE - timedelta(seconds=1))
    mail_passwords()
    assert not ForgottenPassword.objects.exists()


def test_without_a_mail_server_the_page_says_who_helps(client, ada, settings):
    settings.EMAIL_HOST = ""
    html = client.get(reverse("password-forgotten")).content.decode()
    assert "changepassword" in html
    assert "<form" not in html.partition("<main")[2]
    ask(client, "ada@example.org")
    assert not ForgottenPassword.objects.exists()


def test_the_sign_in_page_leads_there(client):
    assert reverse("password-forgotten") in client.get(reverse("login")).content.decode()


def test_one_link_a_person_is_asked_for(ada):
    ForgottenPassword.objects.create(user=ada, site="http://a")
    with pytest.raises(IntegrityError):
        ForgottenPassword.objects.create(user=ada, site="http://a")
