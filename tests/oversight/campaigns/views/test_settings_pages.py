"""A campaign is made and its settings and rules are changed in the browser."""

import pytest
from django.urls import reverse

from oversight.models import (
    Campaign,
    Principle,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def settings_of(form, **changes):
    """What the form would send as it stands, with some fields changed."""
    values = {name: form[name].value() for name in form.fields}
    values["taxonomy"] = "\n".join(values["taxonomy"] or [])
    return {name: "" if value is None else value for name, value in (values | changes).items()}


def url(name, *args):
    return reverse(name, args=["maths", *args])


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_staff_make_a_campaign_that_they_administer(client):
    maker = make_user(is_staff=True)
    client.force_login(maker)
    form = client.get(reverse("campaign-new")).context["form"]
    data = settings_of(form, name="My own", slug="my-own", taxonomy="a\n\n b \na")
    response = client.post(reverse("campaign-new"), data)
    campaign = Campaign.objects.get(slug="my-own")
    assert response.url == reverse("campaign-models", args=["my-own"])
    assert campaign.taxonomy == ["a", "b"]
    assert campaign.members.get().user == maker


def test_others_may_not_make_one(client):
    client.force_login(make_user())
    assert client.get(reverse("campaign-new")).status_code == 403
    assert client.post(reverse("campaign-new"), {"name": "x", "slug": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "new"}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"slug": "maths"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "a\0"}, "name"),
        ({"audit_share": "1.5"}, "audit_share"),
        ({"audit_share": "nan"}, "audit_share"),
        ({"samples_per_query": "1"}, "samples_per_query"),
        ({"temperature": "hot"}, "temperature"),
        ({"loss": "magic"}, "loss"),
        ({"hidden_share": "1.1"}, "hidden_share"),
        ({"hidden_share": "0.6", "blind_first_share": "0.5"}, "blind_first_share"),
        ({"gold_items": "-1"}, "gold_items"),
        ({"taxonomy": "a" * 201}, "taxonomy"),
        ({"taxonomy": "\n".join(map(str, range(201)))}, "taxonomy"),
        ({"taxonomy": "a\0b"}, "taxonomy"),
        ({"queries_per_round": "99999999999"}, "queries_per_round"),
    ],
)
def test_what_is_wrong_stands_next_to_the_field(client, campaign, changes, field):
    client.force_login(make_user(is_staff=True))
    form = client.get(reverse("campaign-new")).context["form"]
    data = settings_of(form, **({"name": "x", "slug": "x"} | changes))
    response = client.post(reverse("campaign-new"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_settings_are_changed_and_the_slug_stays(admin, campaign):
    form = admin.get(url("campaign-edit")).context["form"]
    data = settings_of(form, name="Sums", taxonomy="x\ny", slug="other", audit_share="0.25")
    admin.post(url("campaign-edit"), data)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.slug, campaign.taxonomy) == ("Sums", "maths", ["x", "y"])
    assert campaign.audit_share == 0.25


@pytest.mark.parametrize("hidden", ["0.1", "0.2", "0.3", "0.7"])
def test_every_item_may_be_hidden_or_blind_first(admin, campaign, hidden):
    form = admin.get(url("campaign-edit")).context["form"]
    blind = f"{1 - float(hidden):.1f}"
    data = settings_of(form, hidden_share=hidden, blind_first_share=blind)
    assert admin.post(url("campaign-edit"), data).status_code == 302
    campaign.refresh_from_db()
    assert campaign.blind_first_share == float(blind)


def test_bad_settings_change_nothing_and_the_old_name_stays_in_the_heading(admin, campaign):
    form = admin.get(url("campaign-edit")).context["form"]
    response = admin.post(url("campaign-edit"), settings_of(form, name="Sums", epochs="-1"))
    campaign.refresh_from_db()
    assert response.status_code == 422
    assert campaign.name == "Maths"
    assert response.context["campaign"].name == "Maths"


def test_rules_are_added_changed_and_retired(admin, campaign):
    admin.post(url("campaign-principles"), {"text": "First"})
    admin.post(url("campaign-principles"), {"text": "Second"})
    first = Principle.objects.get(text="First")
    admin.post(url("principle-change", first.pk), {"text": "First, better"})
    admin.post(url("principle-retire", Principle.objects.get(text="Second").pk))
    rows = Principle.objects.order_by("number", "version")
    assert [(p.number, p.version, p.text, p.retired_at is None) for p in rows] == [
        (1, 1, "First", False),
        (1, 2, "First, better", True),
        (2, 1, "Second", False),
    ]
    admin.post(url("campaign-principles"), {"text": "Third"})
    assert Principle.objects.get(text="Third").number == 3


def test_a_rule_that_changed_meanwhile_is_not_changed_again(admin, campaign):
    old = Principle.objects.create(campaign=campaign, number=1, text="Old")
    admin.post(url("principle-change", old.pk), {"text": "New"})
    response = admin.post(url("principle-change", old.pk), {"text": "Newer"}, follow=True)
    assert "changed by someone meanwhile" in told(response)
    assert not Principle.objects.filter(text="Newer").exists()


def test_an_empty_rule_is_refused(admin):
    assert admin.post(url("campaign-principles"), {"text": " "}).status_code == 422


def test_a_new_campaign_asks_people_by_the_usual_rules(client):
    client.force_login(make_user(is_staff=True))
    form = client.get(reverse("campaign-new")).context["form"]
    client.post(reverse("campaign-new"), settings_of(form, name="My own", slug="my-own"))
    campaign = Campaign.objects.get(slug="my-own")
    assert campaign.always_ask == ["disagree", "lost_quote", "near_tie", "drift"]
