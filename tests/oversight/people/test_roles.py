"""Roles: one table says what each may do; owners alone make and unmake owners."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from oversight.models import AuditEntry, CampaignMember, MemberRole
from oversight.people.policies.permissions import ROLES, Permission, in_words, permissions_of
from oversight.people.selectors.roles import campaigns_as_member, campaigns_where
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def manager(campaign):
    client = Client()
    client.force_login(make_member(campaign, "manager", make_user("mia")))
    return client


def test_records_and_the_table_know_the_same_roles():
    assert list(ROLES) == MemberRole.values


def test_owners_may_everything_and_observers_only_look():
    assert all(permissions_of(frozenset({"owner"})).values())
    allowed = permissions_of(frozenset({"observer"}))
    assert [name for name, may in allowed.items() if may] == ["see_campaign"]


def test_several_roles_add_up():
    allowed = permissions_of(frozenset({"annotator", "engineer"}))
    assert (allowed["annotate"], allowed["export_data"]) == (True, True)
    assert not any(permissions_of(frozenset()).values())


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ({"owner"}, "owner"),
        ({"manager", "owner"}, "owner or manager"),
        ({"reviewer", "manager", "owner"}, "owner, manager or reviewer"),
    ],
)
def test_roles_in_words(roles, words):
    assert in_words(frozenset(roles)) == words


def test_campaigns_where_somebody_may_do_something(campaign):
    other = make_campaign()
    ada = make_member(campaign, "reviewer", make_member(other, "annotator"))
    assert list(campaigns_where(ada, Permission.SETTLE_FLAGS)) == [campaign]
    assert set(campaigns_where(ada, Permission.ANNOTATE)) == {campaign, other}
    boss = make_user(is_superuser=True)
    assert campaigns_where(boss, Permission.SETTLE_FLAGS).count() == 2
    assert not campaigns_as_member(boss, Permission.ANNOTATE).exists()


@pytest.mark.parametrize("role", MemberRole.values)
def test_each_role_reads_what_it_may_do(campaign, role):
    client = Client()
    client.force_login(make_member(campaign, role))
    page = client.get(reverse("campaign-roles", args=["maths"]))
    own = [label for label, _, is_own in page.context["roles"] if is_own]
    assert own == [MemberRole(role).label]
    assert [words for words, _ in page.context["rows"]] == [each.words for each in Permission]
    named = list(ROLES)
    for words, allowed in page.context["rows"]:
        (permission,) = [each for each in Permission if each.words == words]
        assert {named[n] for n, may in enumerate(allowed) if may[1]} == permission.roles


def test_menus_lead_only_where_one_may_go(campaign):
    for role in MemberRole.values:
        client = Client()
        client.force_login(make_member(campaign, role))
        page = client.get(reverse("campaign", args=["maths"])).content.decode()
        tabs = page.split('aria-label="Campaign"')[1].split("</nav>")[0]
        links = [part.split('"')[0] for part in tabs.split('href="')[1:]]
        assert links
        for link in links:
            assert client.get(link).status_code == 200, (role, link)


class TestOwners:
    def test_a_manager_makes_none(self, campaign, manager):
        make_user("ada")
        fields = {"username": "ada", "role": "owner"}
        page = manager.post(reverse("campaign-members", args=["maths"]), fields)
        assert (page.status_code, "only an owner" in page.content.decode()) == (422, True)
        answer = manager.post(
            reverse("api-members", args=["maths"]), json.dumps(fields), "application/json"
        )
        assert answer.status_code == 403
        assert not CampaignMember.objects.filter(role="owner").exists()

    def test_a_manager_takes_none_away(self, campaign, manager):
        for _ in range(2):
            owner = make_member(campaign, "owner").memberships.get()
        page = manager.post(reverse("member-remove", args=["maths", owner.pk]), follow=True)
        assert "Not done: only an owner" in page.content.decode()
        assert manager.delete(reverse("api-member", args=["maths", owner.pk])).status_code == 403
        assert CampaignMember.objects.filter(role="owner").count() == 2

    def test_a_manager_does_both_with_others(self, campaign, manager):
        make_user("ada")
        fields = {"username": "ada", "role": "manager"}
        manager.post(reverse("campaign-members", args=["maths"]), fields)
        member = CampaignMember.objects.get(user__username="ada")
        manager.post(reverse("member-remove", args=["maths", member.pk]))
        assert not CampaignMember.objects.filter(user__username="ada").exists()

    def test_an_owner_makes_and_unmakes_one(self, campaign):
        client = Client()
        client.force_login(make_member(campaign, "owner"))
        make_user("ada")
        client.post(
            reverse("campaign-members", args=["maths"]), {"username": "ada", "role": "owner"}
        )
        member = CampaignMember.objects.get(user__username="ada")
        client.post(reverse("member-remove", args=["maths", member.pk]))
        assert CampaignMember.objects.filter(role="owner").count() == 1


def test_who_was_an_admin_is_an_owner(campaign):
    member = make_member(campaign, "admin").memberships.get()
    migration = import_module("oversight.migrations.0036_roles")
    migration.name_owners(apps, None)
    member.refresh_from_db()
    assert member.role == "owner"
    migration.name_admins(apps, None)
    member.refresh_from_db()
    assert member.role == "admin"


def test_a_role_is_changed_in_one_step(manager, campaign):
    member = campaign.members.get(user=make_member(campaign, "annotator"))
    listed = manager.get(reverse("campaign-members", args=["maths"])).content.decode()
    address = reverse("member-change", args=["maths", member.pk])
    assert address in listed
    assert 'value="annotator" selected' in manager.get(address).content.decode()
    assert manager.post(address, {"role": "reviewer"}).status_code == 302
    assert list(campaign.members.filter(user=member.user).values_list("role", flat=True)) == [
        "reviewer"
    ]
    acts = AuditEntry.objects.order_by("-pk").values_list("act", flat=True)[:2]
    assert list(acts) == ["role.taken", "role.given"]


def test_a_role_that_cannot_be_changed_stays(manager, campaign):
    owner = make_member(campaign, "owner").memberships.get()
    member = campaign.members.get(user=make_member(campaign, "annotator"))
    to_owner = reverse("member-change", args=["maths", member.pk])
    from_owner = reverse("member-change", args=["maths", owner.pk])
    for address, role in ((to_owner, "owner"), (from_owner, "annotator"), (to_owner, "annotator")):
        answer = manager.post(address, {"role": role})
        assert answer.status_code == 422
        assert "Not changed: " in answer.content.decode()
    assert set(campaign.members.values_list("user", "role")) >= {
        (owner.user_id, "owner"),
        (member.user_id, "annotator"),
    }


def test_the_last_owner_stays_one(campaign):
    owner = make_member(campaign, "owner").memberships.get()
    client = Client()
    client.force_login(owner.user)
    answer = client.post(reverse("member-change", args=["maths", owner.pk]), {"role": "manager"})
    assert "the last owner" in answer.content.decode()
    assert campaign.members.get(user=owner.user).role == "owner"
