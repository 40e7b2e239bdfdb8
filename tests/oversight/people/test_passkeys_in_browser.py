"""A passkey in real Chromium, under the strict policy: made, shown alone, shown after a password."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.annotate.browser.test_accessibility import AXE, RUN
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser):
    page = browser.new_page()
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield page
    page.close()


def test_made_and_shown(page, live_server):
    make_user("ada")
    found = []

    def look():
        page.evaluate(AXE.read_text())
        found.extend(page.evaluate(RUN))

    def sign_in():
        page.goto(live_server.url + reverse("login"))
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password").fill("pw")
        page.get_by_role("button", name="Sign in", exact=True).click()

    sign_in()
    page.goto(live_server.url + reverse("account"))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill("pw")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="A passkey").wait_for()
    look()
    page.get_by_role("button", name="Make the passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    look()
    page.goto(live_server.url + reverse("mfa_activate_totp"))
    look()
    assert Authenticator.objects.filter(type="webauthn").count() == 1

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey instead").click()
    page.get_by_role("heading", name="Campaigns").wait_for()

    page.get_by_role("button", name="Sign out").click()
    sign_in()
    page.get_by_role("heading", name="Or show a passkey").wait_for()
    look()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Campaigns").wait_for()
    assert found == []
