"""An app with codes, recovery codes and passkeys: set up, asked for at sign-in, removed, cleared."""

import json
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse

from oversight.models import AuditEntry, SignedIn, SignInTry
from oversight.people.policies.sign_in import FAILURES_OF_NAME, WINDOW_SECONDS
from oversight.people.services.accounts import forget_person
from tests.factories import make_user
from tests.oversight.people.soft_passkey import SoftPasskey

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return make_user("ada")


@pytest.fixture
def here(ada):
    """Ada's browser, in which she has just shown her password once more."""
    browser = Client()
    browser.force_login(ada)
    browser.post(reverse("account_reauthenticate"), {"password": "pw"})
    return browser


def code_of(secret, ahead=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


@pytest.fixture
def secret(here, django_capture_on_commit_callbacks):
    """The key of the app that Ada has added."""
    key = here.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        here.post(reverse("mfa_activate_totp"), {"code": code_of(key, -1)})
    return key


@pytest.fixture
def codes(here, secret):
    return here.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]


@pytest.fixture
def passkey(here):
    made = SoftPasskey()
    options = here.get(reverse("mfa_add_webauthn")).context["js_data"]["creation_options"]
    sent = {"name": "<b>ring</b>", "credential": made.created(as_sent(options))}
    assert here.post(reverse("mfa_add_webauthn"), sent).status_code == 302
    return made


def as_sent(options):
    """Return the options as a browser reads them."""
    from django.core.serializers.json import DjangoJSONEncoder

    return json.loads(json.dumps(options, cls=DjangoJSONEncoder))


def password_shown():
    """Return a browser in which Ada's password was shown, and its answer."""
    browser = Client()
    data = {"username": "ada", "password": "pw", "next": reverse("annotate:home")}
    return browser, browser.post(reverse("login"), data)


def is_signed_in(browser):
    return browser.get(reverse("account")).status_code == 200


def send_code(browser, code):
    return browser.post(reverse("mfa_authenticate"), {"code": code})


def acts():
    return [entry.act for entry in AuditEntry.objects.order_by("pk")]


class TestApp:
    def test_its_code_is_asked_for_after_the_password(self, secret):
        browser, answer = password_shown()
        assert answer.url == reverse("mfa_authenticate")
        assert not is_signed_in(browser)
        assert not SignedIn.objects.exists()
        answer = send_code(browser, code_of(secret))
        assert answer.url == reverse("annotate:home")
        assert is_signed_in(browser)
        assert SignedIn.objects.count() == 1

    def test_it_is_written_down(self, secret):
        assert acts() == ["factor.added"]
        assert AuditEntry.objects.get().details == {"factor": "an app"}

    def test_its_key_is_not_kept_in_plain_text(self, secret):
        kept = Authenticator.objects.get(type="totp")
        assert secret not in json.dumps(kept.data)
        assert kept.wrap().validate_code(code_of(secret, 1))

    def test_under_another_secret_key_no_code_is_right(self, secret, settings):
        settings.SECRET_KEY = "another"
        browser, _ = password_shown()
        send_code(browser, code_of(secret))
        assert not is_signed_in(browser)

    def test_a_wrong_code_adds_nothing(self, here):
        here.get(reverse("mfa_activate_totp"))
        answer = here.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert "That is not right" in answer.content.decode()
        assert not Authenticator.objects.exists()

    def test_a_code_works_once(self, secret):
        code = code_of(secret)
        for is_let_in in (True, False):
            browser, _ = password_shown()
            send_code(browser, code)
            assert is_signed_in(browser) is is_let_in

    @pytest.mark.fault("sign-in")
    def test_the_code_that_added_it_signs_nobody_in(self, here):
        key = here.get(reverse("mfa_activate_totp")).context["form"].secret
        code = code_of(key)
        assert here.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
        browser, _ = password_shown()
        send_code(browser, code)
        assert not is_signed_in(browser)
        send_code(browser, code_of(key, 1))
        assert is_signed_in(browser)

    def test_guessing_is_stopped_wherever_it_comes_from(self, secret):
        for n in range(FAILURES_OF_NAME):
            browser, _ = password_shown()
            browser.post(reverse("mfa_authenticate"), {"code": "1"}, REMOTE_ADDR=f"192.0.2.{n}")
        browser, _ = password_shown()
        assert "Too many tries" in send_code(browser, code_of(secret)).content.decode()
        assert not is_signed_in(browser)
        SignInTry.objects.update(at=F("at") - timedelta(seconds=WINDOW_SECONDS + 1))
        send_code(browser, code_of(secret))
        assert is_signed_in(browser)

    def test_without_redis_a_recovery_code_gets_one_in(self, secret, codes, settings):
        away = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9"}
        settings.CACHES = {"default": away}
        browser, _ = password_shown()
        assert "cannot be looked at" in send_code(browser, code_of(secret)).content.decode()
        assert not is_signed_in(browser)
        send_code(browser, codes[0])
        assert is_signed_in(browser)

    def test_adding_one_needs_the_password_once_more(self, ada):
        browser = Client()
        browser.force_login(ada)
        answer = browser.get(reverse("mfa_activate_totp"))
        assert answer.url.startswith(reverse("account_reauthenticate"))
        answer = browser.post(answer.url, {"password": "wrong"})
        assert answer.status_code == 200
        assert browser.get(reverse("mfa_activate_totp")).status_code == 302

    def test_it_is_removed(self, here, secret):
        here.post(reverse("mfa_deactivate_totp"))
        assert not Authenticator.objects.exists()
        _, answer = password_shown()
        assert answer.url == reverse("annotate:home")
        assert acts()[-1] == "factor.removed"

    def test_there_is_none_to_remove(self, here):
        assert here.get(reverse("mfa_deactivate_totp")).status_code == 404

    def test_without_a_password_nobody_gets_to_the_code(self, client, secret):
        assert client.get(reverse("mfa_authenticate")).url == reverse("login")
        assert send_code(client, code_of(secret)).url == reverse("login")


class TestRecoveryCodes:
    def test_each_gets_one_in_once(self, codes):
        assert len(codes) == 10
        for is_let_in in (True, False):
            browser, _ = password_shown()
            send_code(browser, codes[0])
            assert is_signed_in(browser) is is_let_in

    def test_they_are_shown_once(self, here, codes):
        html = here.get(reverse("mfa_view_recovery_codes")).content.decode()
        assert not any(code in html for code in codes)
        assert "10 left" in here.get(reverse("account")).content.decode()

    def test_new_ones_end_the_old(self, here, codes, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            here.post(reverse("mfa_generate_recovery_codes"))
        new = here.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
        assert not set(new) & set(codes)
        browser, _ = password_shown()
        send_code(browser, codes[1])
        assert not is_signed_in(browser)
        assert acts()[-1] == "codes.made"

    def test_without_a_factor_there_are_none(self, here):
        here.post(reverse("mfa_generate_recovery_codes"))
        assert not Authenticator.objects.exists()
        assert here.get(reverse("mfa_view_recovery_codes")).status_code == 404


class TestPasskeys:
    def alone(self, browser, passkey, **sent):
        headers = {"Accept": "application/json"}
        asked = browser.get(reverse("mfa_login_webauthn"), headers=headers).json()
        data = {"credential": passkey.shown(asked["request_options"]), **sent}
        return browser.post(reverse("mfa_login_webauthn"), data)

    def test_one_signs_in_by_it_alone(self, passkey):
        browser = Client()
        answer = self.alone(browser, passkey, next=reverse("annotate:home"))
        assert answer.url == reverse("annotate:home")
        assert is_signed_in(browser)
        assert SignedIn.objects.count() == 1

    def test_nobody_is_led_elsewhere_afterwards(self, passkey):
        assert self.alone(Client(), passkey, next="//evil.example/").url == reverse("home")

    def test_it_is_asked_for_after_a_password(self, passkey):
        browser, answer = password_shown()
        assert answer.url == reverse("mfa_authenticate")
        options = browser.get(answer.url).context["js_data"]["request_options"]
        sent = {"credential": passkey.shown(as_sent(options))}
        assert browser.post(answer.url, sent).url == reverse("annotate:home")
        assert is_signed_in(browser)

    def test_alone_it_has_to_know_its_holder(self, passkey):
        browser, passkey.flags = Client(), 1
        self.alone(browser, passkey)
        assert not is_signed_in(browser)

    def test_another_key_is_refused(self, passkey):
        browser, other = Client(), SoftPasskey()
        other.user_handle = passkey.user_handle
        answer = self.alone(browser, other)
        assert answer.url == reverse("login")
        assert not is_signed_in(browser)

    def test_what_was_shown_once_is_of_no_use_again(self, passkey):
        browser = Client()
        asked = browser.get(
            reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}
        ).json()
        sent = {"credential": passkey.shown(asked["request_options"])}
        assert browser.post(reverse("mfa_login_webauthn"), sent).url == reverse("home")
        browser.post(reverse("logout"))
        assert browser.post(reverse("mfa_login_webauthn"), sent).url == reverse("login")

    @pytest.mark.parametrize("sent", ["", "{", "[]", "1", '{"a": 1}', '{"response": 5}', "null"])
    def test_nonsense_is_refused(self, client, here, sent):
        client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
        answer = client.post(reverse("mfa_login_webauthn"), {"credential": sent})
        assert answer.url == reverse("login")
        here.get(reverse("mfa_add_webauthn"))
        assert here.post(reverse("mfa_add_webauthn"), {"credential": sent}).status_code == 200
        assert not Authenticator.objects.exists()

    def test_it_is_offered_on_the_page(self, client):
        assert "Use a passkey instead" in client.get(reverse("login")).content.decode()

    def test_its_name_stays_text_and_it_is_removed(self, here, passkey):
        html = here.get(reverse("account")).content.decode()
        assert "&lt;b&gt;ring&lt;/b&gt;" in html
        kept = Authenticator.objects.get(type="webauthn")
        here.post(reverse("mfa_remove_webauthn", args=[kept.pk]))
        assert not Authenticator.objects.exists()
        assert acts() == ["factor.added", "factor.removed"]

    def test_nobody_removes_somebody_elses(self, passkey):
        kept = Authenticator.objects.get(type="webauthn")
        eve = Client()
        eve.force_login(make_user("eve"))
        eve.post(reverse("account_reauthenticate"), {"password": "pw"})
        assert eve.post(reverse("mfa_remove_webauthn", args=[kept.pk])).status_code == 404


class TestWhoLostTheirs:
    def test_a_command_lets_them_in(self, secret, capsys):
        call_command("clear_second_factor", "ADA")
        assert "by password alone" in capsys.readouterr().out
        _, answer = password_shown()
        assert answer.url == reverse("annotate:home")
        assert acts()[-1] == "factors.cleared"

    def test_it_says_where_there_is_nothing_to_do(self, ada):
        with pytest.raises(CommandError, match="no second factor"):
            call_command("clear_second_factor", "ada")
        with pytest.raises(CommandError, match="no account named"):
            call_command("clear_second_factor", "nobody")


def test_whoever_is_forgotten_leaves_no_way_in(ada, secret, passkey):
    forget_person(person=ada)
    assert not Authenticator.objects.exists()
