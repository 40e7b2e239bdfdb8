"""Signing in by a provider's word, which signs what it says with a key of its own."""

import re
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from oversight.models import AuditEntry, SignedIn, User
from oversight.people.services.invitations import invite
from oversight.web.oidc import oidc_app
from tests.factories import make_campaign, make_member, make_user
from tests.oversight.people.oidc_provider import CLIENT, SECRET, Provider, new_key, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server():
    with serving(Provider()) as provider:
        yield provider


@pytest.fixture
def provider(server, settings):
    server.signs_with, server.lies, server.userinfo = server.key, {}, None
    server.person = {"sub": "7", "email": "ada@id.example", "email_verified": True, "name": "Ada L"}
    settings.OIDC_APP = oidc_app(
        {
            "OIDC_NAME": "Example ID",
            "OIDC_ISSUER": server.issuer,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
        }
    )
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [settings.OIDC_APP]}}
    return server


@pytest.fixture
def ada():
    return make_user("ada", email="Ada@ID.example")


def way_back(browser, **sent):
    """Go to the provider and sign in there; return where it sends one back to."""
    page = browser.post(reverse("sso"), sent).content.decode()
    there = urlsplit(unescape(re.search(r'content="0;url=([^"]+)"', page)[1]))
    connection = HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    with connection.getresponse() as answer:
        return answer.getheader("Location")


def sign_in(browser, **sent):
    return browser.get(way_back(browser, **sent))


def is_signed_in(browser):
    return browser.get(reverse("account")).status_code == 200


def test_off_by_default_there_is_nothing_to_see(client):
    assert reverse("sso") not in client.get(reverse("login")).content.decode()
    assert client.post(reverse("sso")).status_code == 404
    assert client.get(reverse("sso-callback")).status_code == 404


def test_the_button_leads_there_and_back(client, provider, ada):
    assert "Sign in with Example ID" in client.get(reverse("login")).content.decode()
    answer = sign_in(client, next=reverse("annotate:home"))
    assert (answer.status_code, answer.url) == (302, reverse("annotate:home"))
    assert client.get(reverse("account")).context["user"] == ada
    assert SignedIn.objects.get().user == ada
    assert AuditEntry.objects.get().act == "sign_on.connected"


def test_who_is_connected_stays_so_under_another_address(client, provider, ada):
    sign_in(client)
    provider.person |= {"email": "new@id.example"}
    other = Client()
    assert sign_in(other).status_code == 302
    assert is_signed_in(other)
    assert SocialAccount.objects.get().user == ada


def test_the_password_of_who_is_found_by_address_goes_on_working(client, provider, ada):
    sign_in(client)
    ada.refresh_from_db()
    assert ada.check_password("pw")


@pytest.mark.parametrize("word", [False, None, "false"])
def test_an_address_that_the_provider_has_not_confirmed_is_nobodys(client, provider, ada, word):
    provider.person["email_verified"] = word
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "has not confirmed" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_stranger_gets_no_account(client, provider):
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "was not invited" in answer.content.decode()
    assert not User.objects.exists()


def test_a_stranger_gets_one_where_the_installation_says_so(client, provider, settings):
    settings.OIDC_SIGN_UP = True
    make_user("adal")
    provider.person["preferred_username"] = "ＡＤＡＬ"
    assert sign_in(client).status_code == 302
    person = SocialAccount.objects.get().user
    assert (person.email, person.first_name) == ("ada@id.example", "Ada")
    assert person.username.casefold() != "adal"
    assert not person.has_usable_password()
    assert [entry.act for entry in AuditEntry.objects.all()] == ["account.made"]
    page = client.get(reverse("account"))
    assert page.status_code == 200
    html = page.content.decode()
    assert "Change the password" not in html
    assert reverse("mfa_activate_totp") not in html, "there is nothing to show once more for it"
    assert "Is Example ID’s to ask for" in html


def test_two_accounts_of_one_address_are_nobodys_to_take(client, provider, ada, settings):
    settings.OIDC_SIGN_UP = True
    make_user("bea", email="ada@id.example")
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)


def test_who_was_invited_by_address_gets_an_account(client, provider):
    campaign = make_campaign()
    boss = make_member(campaign, "owner")
    invite(campaign=campaign, names=["ADA@id.example"], role="annotator", days=1, by=boss)
    assert sign_in(client).status_code == 302
    assert is_signed_in(client)


def test_an_invitations_link_makes_an_account_and_a_member(client, provider):
    campaign = make_campaign()
    boss = make_member(campaign, "owner")
    (new,) = invite(campaign=campaign, names=["Ada"], role="annotator", days=1, by=boss)
    page = reverse("join", args=[new.token])
    assert "Sign in with Example ID" in client.get(page).content.decode()
    assert sign_in(client, next=page).url == page
    client.post(page)
    assert campaign.members.filter(role="annotator", user=SocialAccount.objects.get().user).exists()


def test_a_link_that_is_over_makes_nobody(client, provider):
    assert sign_in(client, next=reverse("join", args=["x" * 43])).status_code == 403


@pytest.mark.parametrize(
    "lies",
    [
        {"aud": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
    ],
    ids=["for another", "from another", "too old"],
)
def test_a_token_that_is_not_ours_is_refused(client, provider, ada, lies):
    provider.lies = lies
    assert sign_in(client).status_code == 401
    assert not is_signed_in(client)


def test_a_token_signed_with_another_key_is_refused(client, provider, ada):
    provider.signs_with = new_key()
    assert sign_in(client).status_code == 401
    assert not is_signed_in(client)


def test_what_the_token_leaves_out_is_asked_for(client, provider, ada):
    provider.userinfo = provider.person
    assert sign_in(client).status_code == 302
    assert is_signed_in(client)


def test_what_is_said_of_somebody_else_is_refused(client, provider, ada):
    provider.userinfo = provider.person | {"sub": "8"}
    assert sign_in(client).status_code == 401
    assert not is_signed_in(client)


def test_somebody_elses_way_back_leads_nowhere(client, provider, ada):
    mallory = Client()
    address = way_back(mallory)
    assert client.get(address).status_code == 401
    assert not is_signed_in(client)


def test_a_way_back_works_once(client, provider, ada):
    address = way_back(client)
    client.get(address)
    client.post(reverse("logout"))
    assert client.get(address).status_code == 401


def test_nobody_is_led_elsewhere_afterwards(client, provider, ada):
    assert sign_in(client, next="https://evil.example/").url == reverse("home")


def test_who_went_back_is_told(client, provider):
    state = way_back(client).partition("state=")[2]
    address = f"{reverse('sso-callback')}?error=access_denied&state={state}"
    answer = client.get(address, follow=True)
    assert "without signing in" in answer.content.decode()


def test_a_second_factor_is_asked_for_all_the_same(client, provider, ada):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    assert sign_in(client).url == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_whoever_may_not_sign_in_may_not_this_way_either(client, provider, ada):
    ada.is_active = False
    ada.save()
    answer = client.get(way_back(client), follow=True)
    assert "may not sign in" in answer.content.decode()
    assert not is_signed_in(client)


def test_an_account_is_connected_by_who_is_signed_in(client, provider):
    bea = make_user("bea")
    client.force_login(bea)
    answer = sign_in(client, process="connect")
    assert answer.url.startswith(reverse("account_reauthenticate"))
    client.post(answer.url, {"password": "pw"})
    assert SocialAccount.objects.get().user == bea


def test_an_account_is_disconnected(client, provider, ada):
    sign_in(client)
    assert "Disconnect" in client.get(reverse("account")).content.decode()
    client.post(reverse("sso-end"))
    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.first().act == "sign_on.ended"
    again = client.post(reverse("sso-end"), follow=True)
    assert "is not connected" in again.content.decode()


def test_the_last_way_in_stays(client, provider, settings):
    settings.OIDC_SIGN_UP = True
    sign_in(client)
    answer = client.post(reverse("sso-end"), follow=True)
    assert "your only way in" in answer.content.decode()
    assert SocialAccount.objects.exists()


def test_a_provider_that_is_away_is_told(client, provider, settings):
    app = settings.OIDC_APP
    app = {**app, "settings": {**app["settings"], "server_url": "http://127.0.0.1:9"}}
    settings.OIDC_APP = app
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    answer = client.post(reverse("sso"))
    assert answer.status_code in (401, 502)
    assert "not signed in" in answer.content.decode()
