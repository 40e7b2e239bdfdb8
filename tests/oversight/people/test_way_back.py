"""Who was let out, and whose invitations are worth nothing any more: no link of before is a way back."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oversight.models import CampaignMember, Invitation, User
from oversight.people.services.invitations import (
    InvitationGone,
    accept_invitation,
    revoke_invitation,
)
from oversight.people.services.members import change_role, remove_member
from tests.factories import make_member, make_user
from tests.oversight.people.inviting import ACCOUNT, join_page, one, roles_of

pytestmark = pytest.mark.django_db


class TestWhoWasLetOut:
    """A link is not the way back for somebody whose role was taken away."""

    pytestmark = pytest.mark.fault("way-back")

    @pytest.fixture
    def token(self, campaign, manager):
        return one(campaign, manager, most_uses=3).token

    @pytest.mark.parametrize("is_paused", [False, True])
    def test_is_not_let_in_by_the_link_they_came_by(self, token, campaign, manager, is_paused):
        ada, client = make_user("ada"), Client()
        accept_invitation(token=token, user=ada)
        if is_paused:
            CampaignMember.objects.filter(user=ada).update(paused_at=timezone.now())
        remove_member(member=ada.memberships.get(), by=manager)
        client.force_login(ada)
        assert client.get(join_page(token)).status_code == 404
        assert client.post(join_page(token)).status_code == 404
        assert not ada.memberships.exists()
        accept_invitation(token=token, user=make_user("bob"))

    def test_nor_by_another_that_was_open_then(self, campaign, manager):
        reviewers = one(campaign, manager, role="reviewer", most_uses=3).token
        ada = make_member(campaign)
        remove_member(member=ada.memberships.get(), by=manager)
        with pytest.raises(InvitationGone):
            accept_invitation(token=reviewers, user=ada)

    def test_is_let_in_by_a_new_one(self, token, campaign, manager):
        ada = make_user("ada")
        accept_invitation(token=token, user=ada)
        remove_member(member=ada.memberships.get(), by=manager)
        accept_invitation(token=one(campaign, manager).token, user=ada)
        assert roles_of(ada) == {"annotator"}

    def test_whose_role_was_changed_keeps_the_new_one(self, token, campaign, manager):
        ada = make_user("ada")
        accept_invitation(token=token, user=ada)
        change_role(member=ada.memberships.get(), role="observer", by=manager)
        with pytest.raises(InvitationGone):
            accept_invitation(token=token, user=ada)
        assert roles_of(ada) == {"observer"}


@pytest.mark.fault("way-back")
class TestWhoMadeIt:
    """An invitation is void once whoever made it may no longer give its role."""

    def test_an_owner_who_was_removed_makes_nobody_an_owner(self, campaign):
        make_member(campaign, "owner")
        former = make_member(campaign, "owner", make_user("olga"))
        token = one(campaign, former, role="owner").token
        change_role(member=former.memberships.get(), role="manager")
        for user in (former, make_user("ada")):
            with pytest.raises(InvitationGone):
                accept_invitation(token=token, user=user)
        assert Client().get(join_page(token)).status_code == 404

    @pytest.mark.parametrize("how", ["removed", "demoted", "inactive"])
    def test_nor_does_a_manager_who_was_let_go_bring_people_in(self, token, manager, how):
        if how == "removed":
            manager.memberships.all().delete()
        elif how == "demoted":
            manager.memberships.update(role="reviewer")
        else:
            User.objects.update(is_active=False)
        assert Client().post(join_page(token), ACCOUNT).status_code == 404
        assert not User.objects.filter(username="ada").exists()

    def test_a_superuser_needs_no_role(self, campaign):
        token = one(campaign, make_user(is_superuser=True), role="owner").token
        assert Client().get(join_page(token)).status_code == 200

    def test_the_page_says_so_and_lets_it_be_revoked(self, campaign, token, manager):
        owner, client = make_member(campaign, "owner"), Client()
        remove_member(member=manager.memberships.get(), by=owner)
        client.force_login(owner)
        answer = client.get(reverse("campaign-invitations", args=["maths"]))
        assert [each.state for each in answer.context["invited"]] == ["void"]
        assert "may no longer give this role" in answer.content.decode()
        revoke_invitation(invitation=Invitation.objects.get(), by=owner)
