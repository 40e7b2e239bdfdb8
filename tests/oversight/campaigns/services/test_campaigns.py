"""Making and changing campaigns."""

import pytest

from oversight.campaigns.services import campaigns
from oversight.campaigns.services.queries import NewQuery, add_queries
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import ActiveVersion, CampaignMember, MemberRole, ModelVersion, Split
from oversight.people.services.members import add_member, remove_member
from oversight.versions.services.choosing import change_model
from tests.factories import make_campaign, make_member, make_user, make_version

pytestmark = pytest.mark.django_db


def test_its_maker_administers_it():
    maker = make_user(is_staff=True)
    campaign = campaigns.create_campaign(created_by=maker, slug="mine", name="Mine")
    assert CampaignMember.objects.get(campaign=campaign).role == MemberRole.OWNER


def test_only_staff_make_one():
    with pytest.raises(InvalidCampaign, match="may not create"):
        campaigns.create_campaign(created_by=make_user(), slug="mine", name="Mine")


def test_a_slug_that_was_taken_meanwhile():
    make_campaign(slug="mine")
    with pytest.raises(WrongState, match="exists already"):
        campaigns.create_campaign(created_by=make_user(is_staff=True), slug="mine", name="x")


def test_two_campaigns_run_side_by_side():
    first, second = make_campaign(), make_campaign()
    made_first, made_second = make_version(first), make_version(second)
    assert {row.version for row in ActiveVersion.objects.all()} == {made_first, made_second}


def test_a_change_of_model_keeps_history():
    campaign, admin = make_campaign(), make_user()
    fields = {"name": "big", "backend": "openai", "location": "http://h/v1"}
    for revision in range(2):
        version = change_model(campaign=campaign, role="critic", user=admin, **fields)
        assert version.revision == revision
    assert ModelVersion.objects.filter(campaign=campaign).count() == 2


def test_recorded_answers_are_not_a_model_to_choose():
    with pytest.raises(InvalidCampaign, match="recorded"):
        change_model(
            campaign=make_campaign(), role="critic", user=make_user(), name="x", backend="recorded"
        )


def test_a_retired_rule_cannot_be_retired_again():
    rule = campaigns.add_principle(campaign=make_campaign(), text="Rule")
    campaigns.retire_principle(principle=rule)
    with pytest.raises(WrongState, match="changed by someone"):
        campaigns.retire_principle(principle=rule)


def test_a_number_is_never_used_again():
    campaign = make_campaign()
    campaigns.retire_principle(principle=campaigns.add_principle(campaign=campaign, text="One"))
    assert campaigns.add_principle(campaign=campaign, text="Two").number == 2


def test_the_last_owner_cannot_be_removed_but_one_of_two_can():
    campaign = make_campaign()
    for user in (make_member(campaign, "owner"), make_user()):
        CampaignMember.objects.get_or_create(campaign=campaign, user=user, role="owner")
    first, second = CampaignMember.objects.filter(campaign=campaign)
    remove_member(member=first)
    with pytest.raises(WrongState, match="last owner"):
        remove_member(member=second)


def test_one_person_may_have_two_roles_but_none_twice():
    campaign, user = make_campaign(), make_user("olga")
    add_member(campaign=campaign, username="olga", role="annotator")
    add_member(campaign=campaign, username="olga", role="engineer")
    with pytest.raises(WrongState, match="already"):
        add_member(campaign=campaign, username="olga", role="engineer")
    assert user.memberships.count() == 2


def test_a_cluster_keeps_its_side_whatever_the_share():
    campaign = make_campaign()
    for text, share in (("What is 1 + 1?", 0.0), ("What is 2 + 5?", 0.9999)):
        add_queries(
            campaign=campaign, queries=[NewQuery(text)], origin="person", held_out_share=share
        )
    assert set(campaign.queries.values_list("split", flat=True)) == {Split.TRAIN}
