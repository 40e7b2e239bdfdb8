"""Inviting people by a link, and following it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oversight.errors import NotAllowed, WrongState
from oversight.models import AuditEntry, CampaignMember, Invitation, User
from oversight.people.services.invitations import (
    InvitationGone,
    accept_invitation,
    join_with_account,
    revoke_invitation,
)
from oversight.web.mail import MailServer, mail_server
from tests.factories import make_member, make_user
from tests.oversight.people.inviting import ACCOUNT, join_page, one, roles_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(manager):
    client = Client()
    client.force_login(manager)
    return client


def sent(browser, **more):
    fields = {"names": "ada", "role": "annotator", "days": "7", "most_uses": "1", **more}
    return browser.post(reverse("campaign-invitations", args=["maths"]), fields)


def test_a_list_of_people_is_invited_at_once_and_its_links_are_shown_this_once(browser):
    answer = sent(browser, names="ada\n bob , ada;\n\ncarl@example.org\n")
    assert answer.status_code == 200
    names = [row.name for row, _ in answer.context["links"]]
    assert names == ["ada", "bob", "carl@example.org"]
    links = [link for _, link in answer.context["links"]]
    page = answer.content.decode()
    assert all(link in page for link in links)
    again = browser.get(reverse("campaign-invitations", args=["maths"])).content.decode()
    assert not any(link in again for link in links)
    assert all(Client().get(link).status_code == 200 for link in links)


def test_no_token_is_kept(token):
    assert not Invitation.objects.filter(token_sha256=token).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": " \n,"},
        {"names": "x" * 300},
        {"names": "\n".join(map(str, range(501)))},
        {"role": "boss"},
        {"days": "0"},
        {"most_uses": "0"},
    ],
)
def test_what_makes_no_sense_is_refused(browser, wrong):
    assert sent(browser, **wrong).status_code == 422
    assert not Invitation.objects.exists()


def test_only_owners_invite_owners(browser, campaign, manager):
    assert sent(browser, role="owner").status_code == 422
    with pytest.raises(NotAllowed):
        one(campaign, manager, role="owner")
    owner = make_member(campaign, "owner")
    accept_invitation(token=one(campaign, owner, role="owner").token, user=manager)
    assert roles_of(manager) == {"manager", "owner"}


def test_a_newcomer_makes_an_account_and_is_in(token, campaign):
    client = Client()
    page = client.get(join_page(token))
    assert "Join Maths" in page.content.decode()
    answer = client.post(join_page(token), ACCOUNT)
    assert (answer.status_code, answer.url) == (302, reverse("campaign", args=["maths"]))
    assert client.get(answer.url).status_code == 200
    assert roles_of(User.objects.get(username="ada")) == {"annotator"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": "MIA"},
        {"password2": "another-quartz-19"},
        {"password1": "12345678", "password2": "12345678"},
        {"password1": "ada", "password2": "ada"},
    ],
)
def test_an_account_is_made_by_the_rules_for_accounts(token, manager, wrong):
    assert Client().post(join_page(token), ACCOUNT | wrong).status_code == 422
    assert User.objects.count() == 1
    assert Invitation.objects.get().uses == 0


@pytest.mark.fault("sign-in")
@pytest.mark.parametrize(
    "name", ["\u0430dmin", "ad\u03bfra", ".", "..", "-", "@_+", "forgotten-7", "FORGOTTEN-7"]
)
def test_a_name_that_would_mislead_is_given_to_nobody(token, name):
    answer = Client().post(join_page(token), ACCOUNT | {"username": name})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"username"}
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["Ада", "Ángel.1", "山田たろう", "김철수", "ada-2", "forgotten"])
def test_names_of_all_languages_are_fine(token, name):
    assert Client().post(join_page(token), ACCOUNT | {"username": name}).status_code == 302
    assert User.objects.filter(username=name).exists()


@pytest.mark.fault("sign-in")
def test_an_account_that_is_there_keeps_its_name():
    user = make_user("\u0430dmin")
    user.first_name = "Ada"
    user.full_clean()


def test_a_name_that_somebody_took_meanwhile_makes_nothing(token, manager):
    with pytest.raises(WrongState, match="took the name"):
        join_with_account(token=token, username="Mia", password="vellum-quartz-19")
    assert Invitation.objects.get().uses == 0


def test_who_has_an_account_joins_with_it(token):
    client, ada = Client(), make_user("ada")
    page = client.get(join_page(token)).content.decode()
    assert f"{reverse('login')}?next={join_page(token)}" in page
    client.force_login(ada)
    assert "Join as ada" in client.get(join_page(token)).content.decode()
    assert client.post(join_page(token)).status_code == 302
    assert roles_of(ada) == {"annotator"}


def test_looking_at_it_uses_nothing_up(token):
    for _ in range(2):
        assert Client().get(join_page(token)).status_code == 200
    assert Invitation.objects.get().uses == 0


def test_it_is_used_up_after_one(token):
    accept_invitation(token=token, user=make_user())
    assert Client().get(join_page(token)).status_code == 404
    with pytest.raises(InvitationGone):
        accept_invitation(token=token, user=make_user())


def test_a_link_for_a_group_is_used_up_after_as_many(campaign, manager):
    token = one(campaign, manager, most_uses=2).token
    for _ in range(2):
        accept_invitation(token=token, user=make_user())
    with pytest.raises(InvitationGone):
        accept_invitation(token=token, user=make_user())


def test_the_database_counts_too(token):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(uses=2)


def test_who_is_that_already_uses_nothing_up(token, campaign):
    user = make_member(campaign)
    accept_invitation(token=token, user=user)
    assert Invitation.objects.get().uses == 0
    assert CampaignMember.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("how", ["expired", "revoked", "archived", "unknown"])
def test_what_is_over_lets_nobody_in(token, campaign, manager, how):
    if how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "revoked":
        revoke_invitation(invitation=Invitation.objects.get(), by=manager)
    elif how == "archived":
        campaign.archived_at = timezone.now()
        campaign.save()
    else:
        token = "x" * 43
    client = Client()
    assert client.get(join_page(token)).status_code == 404
    assert client.post(join_page(token), ACCOUNT).status_code == 404
    assert not User.objects.filter(username="ada").exists()


def test_it_is_revoked_once(browser, token):
    row = Invitation.objects.get()
    address = reverse("invitation-revoke", args=["maths", row.pk])
    for words in ("leads nowhere any more", "Not done"):
        assert words in browser.post(address, follow=True).content.decode()
    with pytest.raises(WrongState):
        revoke_invitation(invitation=row, by=make_user())


def test_the_page_says_how_each_stands_and_who_came(browser, campaign, manager):
    used, open_, gone = (one(campaign, manager, names=[name]) for name in ("a", "b", "c"))
    accept_invitation(token=used.token, user=make_user("ada"))
    revoke_invitation(invitation=gone.invitation, by=manager)
    shown = browser.get(reverse("campaign-invitations", args=["maths"])).context["invited"]
    assert [(each.row.name, each.state, each.accepted_by) for each in shown] == [
        ("c", "revoked", []),
        ("b", "open", []),
        ("a", "used", ["ada"]),
    ]
    assert open_.invitation.uses == 0


def test_queries_do_not_grow_with_the_invited(
    browser, campaign, manager, django_assert_max_num_queries
):
    for number in range(6):
        made = one(campaign, manager, names=[f"n{number}"])
        accept_invitation(token=made.token, user=make_user())
    with django_assert_max_num_queries(9):
        browser.get(reverse("campaign-invitations", args=["maths"]))


def test_it_is_in_the_audit_log(token, campaign):
    join_with_account(token=token, username="ada", password="vellum-quartz-19")
    acts = list(AuditEntry.objects.order_by("pk").values_list("act", "by__username"))
    assert acts == [
        ("invitation.made", "mia"),
        ("account.made", "ada"),
        ("role.given", None),
        ("invitation.accepted", "ada"),
    ]


class TestMail:
    def test_addresses_get_their_links(self, browser, settings):
        settings.EMAIL_HOST = "mail.example.org"
        answer = sent(browser, names="ada@example.org, bob")
        (message,) = mail.outbox
        assert message.to == ["ada@example.org"]
        assert dict(answer.context["links"])[Invitation.objects.get(name="ada@example.org")] in (
            message.body
        )
        assert Invitation.objects.get(name="bob").mailed_at is None
        assert Invitation.objects.get(name="ada@example.org").mailed_at

    def test_without_a_mail_server_nothing_is_sent(self, browser):
        sent(browser, names="ada@example.org")
        assert mail.outbox == []

    def test_a_campaigns_name_adds_no_header(self, browser, campaign, settings):
        settings.EMAIL_HOST = "mail.example.org"
        campaign.name = "Maths\nBcc: eve@example.org"
        campaign.save()
        sent(browser, names="ada@example.org")
        assert mail.outbox[0].subject == "You are invited to Maths Bcc: eve@example.org"

    def test_a_mail_server_that_is_away_is_said(self, browser, settings, monkeypatch):
        settings.EMAIL_HOST = "mail.example.org"

        def fail(*args, **options):
            raise OSError("away")

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
        answer = sent(browser, names="ada@example.org")
        assert "No e-mail was sent (away)" in answer.content.decode()
        assert len(answer.context["links"]) == 1

    @pytest.mark.parametrize(
        ("url", "server"),
        [
            ("", MailServer()),
            (
                "smtp+tls://ada:p%40ss@mail.example.org?from=us@example.org",
                MailServer("mail.example.org", 587, "ada", "p@ss", True, False, "us@example.org"),
            ),
            (
                "smtps://mail.example.org:4650?from=us@example.org",
                MailServer("mail.example.org", 4650, "", "", False, True, "us@example.org"),
            ),
        ],
    )
    def test_the_server_is_named_by_one_address(self, url, server):
        assert mail_server(url) == server

    @pytest.mark.parametrize(
        "url", ["mail.example.org", "http://a?from=b", "smtp://a", "smtp://a:x"]
    )
    def test_an_address_that_is_none_is_refused(self, url):
        with pytest.raises(ValueError, match=r"must|Port"):
            mail_server(url)
