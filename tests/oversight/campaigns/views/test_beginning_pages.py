"""A campaign is made with a name alone, for a purpose or like another; then it is led on."""

import pytest
from django.urls import reverse

from oversight.campaigns.policies.templates import TEMPLATES
from oversight.campaigns.services.campaigns import add_principle, retire_principle
from oversight.models import Campaign
from oversight.models.groups import GROUP_OF
from tests.annotate.records import make_reviewed_pair
from tests.factories import make_campaign, make_member, make_user, set_settings

pytestmark = pytest.mark.django_db
NEW = reverse("campaign-new")


@pytest.fixture
def staff(client):
    person = make_user(is_staff=True)
    client.force_login(person)
    client.person = person
    return client


def make(staff, **sent):
    return staff.post(NEW, {"name": "My own", **sent})


def test_staff_make_a_campaign_that_they_administer(staff):
    response = make(staff)
    campaign = Campaign.objects.get(slug="my-own")
    assert response.url == reverse("campaign-begin", args=["my-own"])
    assert campaign.members.get().user == staff.person
    assert campaign.routing.always_ask == ["disagree", "lost_quote", "near_tie", "drift"]
    assert {row.made_by for row in campaign.settings_versions.all()} == {staff.person}


def test_others_may_not_make_one(client):
    client.force_login(make_user())
    assert client.get(NEW).status_code == 403
    assert make(client).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "new"}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"slug": "maths"}, "slug"),
        ({"slug": "a" * 51}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "a\0"}, "name"),
        ({"template": "magic"}, "template"),
        ({"like": "maths"}, "like"),  # another's
    ],
)
def test_what_is_wrong_is_said(staff, changes, field):
    make_campaign(slug="maths")
    response = make(staff, **changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Word problems!", "word-problems"),
        ("New", "new-2"),
        ("算数", "campaign"),
        ("a" * 200, "a" * 45),
    ],
)
def test_the_address_is_made_from_the_name(staff, name, slug):
    make(staff, name=name)
    assert Campaign.objects.get().slug == slug


def test_an_address_that_is_taken_gets_a_number(staff):
    for _ in range(3):
        make(staff)
    slugs = Campaign.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["my-own", "my-own-2", "my-own-3"]


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_sets_what_fits(staff, key):
    make(staff, template=key)
    campaign = Campaign.objects.get()
    wanted = TEMPLATES[key].settings
    assert {name: campaign.setting(name) for name in wanted} == dict(wanted)
    for group in dict.fromkeys(GROUP_OF.values()):
        campaign.settings_of(group).full_clean()


def test_one_like_another_has_its_settings_and_principles_and_nobody_else(staff):
    source = make_campaign(slug="source", name="Source", guidelines="Be right.")
    make_member(source, "owner", staff.person)
    set_settings(source, audit_share=0.3)
    retire_principle(principle=add_principle(campaign=source, text="Old"))
    add_principle(campaign=source, text="Be kind.")
    assert "Source" in staff.get(NEW, {"like": "source"}).content.decode()
    make(staff, like="source", template="study")
    made = Campaign.objects.get(slug="my-own")
    assert (made.name, made.basics.guidelines, made.routing.audit_share) == (
        "My own",
        "Be right.",
        0.3,
    )
    assert made.measuring.hidden_share == source.measuring.hidden_share
    assert [(row.number, row.text) for row in made.principles.all()] == [(1, "Be kind.")]
    assert made.members.get().user == staff.person


def test_what_comes_next_is_ticked_as_it_is_done(admin, campaign):
    page = reverse("campaign-begin", args=["maths"])
    assert "✓ Done" not in admin.get(page).content.decode()
    make_member(campaign)
    assert admin.get(page).content.decode().count("✓ Done") == 1
    make_reviewed_pair(campaign)
    html = admin.get(page).content.decode()
    assert html.count("✓ Done") == 3  # its answers are a learner's
    assert "Waiting for people" in html
