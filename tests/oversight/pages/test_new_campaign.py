"""A campaign is made with a name alone, for a purpose or like another."""

import pytest
from django.urls import reverse

from oversight.campaigns.policies.templates import TEMPLATES
from oversight.campaigns.services.campaigns import add_principle, retire_principle
from oversight.errors import InvalidCampaign
from oversight.models import Campaign, Query, Trial
from oversight.models.groups import GROUP_OF
from oversight.versions.services.loading import folder_of, why_not_fetched
from oversight.versions.services.trials import try_models
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


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


def test_one_with_a_language_model_has_its_queries_and_tries_its_learner(staff, var):
    make(staff, template="smollm2")
    campaign = Campaign.objects.get()
    sides = {split: Query.objects.filter(split=split) for split in ("train", "held_out")}
    template = TEMPLATES["smollm2"]
    counts = {split: rows.count() for split, rows in sides.items()}
    assert counts == {"train": template.train_queries, "held_out": template.held_out_queries}
    clusters = [set(rows.values_list("cluster", flat=True)) for rows in sides.values()]
    assert clusters[0].isdisjoint(clusters[1])
    trial = Trial.objects.get()
    assert (trial.version.location, trial.asked_by) == ("models:smollm2", staff.person)
    assert str(campaign.basics.checker) == "instructions"


def test_where_that_model_is_not_fetched_it_is_said_how(staff, var):
    words = "the model smollm2 is not here yet: run “make smollm2” where the workers run"
    assert words[1:] in staff.get(NEW).content.decode()
    make(staff, template="smollm2")
    try_models()
    assert Trial.objects.get().outcome == words
    with pytest.raises(InvalidCampaign, match="make smollm2"):
        folder_of("models:smollm2")
    folder = var / "models" / "smollm2"
    folder.mkdir(parents=True)
    (folder / "config.json").touch()
    assert why_not_fetched("models:smollm2") == why_not_fetched("org/name") == ""
    assert folder_of("models:smollm2") == str(folder)
    assert "is not here yet" not in staff.get(NEW).content.decode()


def test_one_like_another_brings_no_queries(staff):
    make(staff, like=make_campaign_of(staff).slug, template="smollm2")
    assert not Query.objects.exists()


def make_campaign_of(staff):
    campaign = make_campaign()
    make_member(campaign, "owner", staff.person)
    return campaign
