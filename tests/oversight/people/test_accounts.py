"""Accounts: what is written down of them, and being forgotten."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from oversight.models import AuditEntry, Invitation, Judgement, User
from oversight.people.services.accounts import forget_person
from oversight.people.services.invitations import accept_invitation, invite
from oversight.people.services.tokens import make_token
from tests.factories import make_campaign, make_item, make_member, make_user
from tests.oversight.api.world import make_judgement

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def ada(campaign):
    return make_member(
        campaign, user=make_user("ada", first_name="Ada", last_name="B", email="ada@example.org")
    )


class TestForgetting:
    def test_nothing_that_names_them_is_left_and_what_they_judged_stays(self, campaign, ada):
        judgement = make_judgement(make_item(campaign), ada)
        owner = make_member(campaign, "owner")
        link = invite(campaign=campaign, names=["ada@x.org"], role="reviewer", days=1, by=owner)[0]
        accept_invitation(token=link.token, user=ada)
        make_token(user=ada, name="nightly")
        call_command("forget_person", "ADA")
        ada.refresh_from_db()
        assert ada.username == f"forgotten-{ada.pk}"
        assert (ada.first_name, ada.last_name, ada.email) == ("", "", "")
        assert not ada.is_active
        assert not ada.has_usable_password()
        assert not ada.memberships.exists()
        assert not ada.api_tokens.exists()
        assert Invitation.objects.get().name == "forgotten"
        assert Judgement.objects.standing().filter(pk=judgement.pk).exists()
        written = str(list(AuditEntry.objects.values("details", "address", "token")))
        assert "ada" not in written
        assert AuditEntry.objects.first().act == "person.forgotten"

    def test_they_are_signed_out_and_do_not_come_in_again(self, ada):
        browser = Client()
        browser.force_login(ada)
        forget_person(person=ada)
        assert browser.get(reverse("home")).status_code == 302
        assert not Client().login(username="ada", password="pw")

    def test_the_last_owner_hands_over_first(self, campaign):
        make_member(campaign, "owner", make_user("olga"))
        with pytest.raises(CommandError, match=r"last owner of maths"):
            call_command("forget_person", "olga")
        make_member(campaign, "owner")
        call_command("forget_person", "olga")

    @pytest.mark.fault("sign-in")
    def test_nobody_is_in_the_way_by_having_taken_the_name(self, ada):
        make_user(f"Forgotten-{ada.pk}")
        forget_person(person=ada)
        ada.refresh_from_db()
        assert ada.username == f"forgotten-{ada.pk}-2"
        assert not ada.is_active

    def test_nobody_of_that_name(self):
        with pytest.raises(CommandError, match="no account named"):
            call_command("forget_person", "nobody")


def test_a_changed_password_is_written_down_without_it(ada):
    browser = Client()
    browser.force_login(ada)
    new = "vellum-quartz-19"
    fields = {"old_password": "pw", "new_password1": new, "new_password2": new}
    assert browser.post(reverse("account-password"), fields).status_code == 302
    assert browser.get(reverse("account")).status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.by, entry.details) == ("password.changed", ada, {})


def test_what_the_admin_makes_and_changes_is_written_down():
    browser, boss = Client(), make_user("boss", is_superuser=True, is_staff=True)
    browser.force_login(boss)
    new = "vellum-quartz-19"
    fields = {"username": "ada", "password1": new, "password2": new, "usable_password": "true"}
    browser.post(reverse("admin:oversight_user_add"), fields)
    ada = User.objects.get(username="ada")
    change = {
        "username": "ada",
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
    }
    browser.post(reverse("admin:oversight_user_change", args=[ada.pk]), change)
    ada.refresh_from_db()
    assert ada.is_staff
    changed, made = AuditEntry.objects.all()
    assert (made.act, made.by, made.details["person"]) == ("account.made", boss, ada.pk)
    assert (changed.act, changed.details["person"]) == ("account.changed", ada.pk)
    assert "is staff" in changed.details["fields"]


class TestSessions:
    @pytest.fixture
    def elsewhere(self, ada):
        return self.signed_in("Mozilla/5.0 (X11; Linux) Firefox/140.0")

    def signed_in(self, agent):
        browser = Client(headers={"User-Agent": agent})
        browser.post(reverse("login"), {"username": "ada", "password": "pw"})
        return browser

    def shown(self, browser):
        return browser.get(reverse("account")).context["sessions"]

    def test_each_sign_in_is_listed(self, elsewhere):
        here = self.signed_in("Mozilla/5.0 (iPhone) Safari/600")
        assert [words for _, words in self.shown(here)] == ["Safari on iPhone", "Firefox on Linux"]

    def test_one_is_ended(self, elsewhere):
        here = self.signed_in("")
        (_, (there, _)) = self.shown(here)
        address = reverse("account-session-end", args=[there.pk])
        assert "signed out there." in here.post(address, follow=True).content.decode()
        assert elsewhere.get(reverse("account")).status_code == 302
        assert len(self.shown(here)) == 1
        assert "already" in here.post(address, follow=True).content.decode()
        assert AuditEntry.objects.get().act == "session.ended"

    def test_nobody_elses_is(self, elsewhere):
        eve = Client()
        eve.force_login(make_user("eve"))
        eve.post(reverse("account-session-end", args=[self.shown(elsewhere)[0][0].pk]))
        assert len(self.shown(elsewhere)) == 1

    def test_a_new_password_leaves_this_one_alone(self, elsewhere):
        here, new = self.signed_in("x"), "vellum-quartz-19"
        fields = {"old_password": "pw", "new_password1": new, "new_password2": new}
        assert here.post(reverse("account-password"), fields).status_code == 302
        assert elsewhere.get(reverse("account")).status_code == 302
        assert "Something else" in [words for _, words in self.shown(here)]

    def test_signing_out_takes_it_from_the_list(self, elsewhere):
        elsewhere.post(reverse("logout"))
        assert [words for _, words in self.shown(self.signed_in("x"))] == ["Something else"]
