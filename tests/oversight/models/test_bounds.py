"""A campaign's numbers have an upper end: in the form, in the service, in the database."""

import importlib

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from oversight.campaigns.forms.campaign import CampaignForm
from oversight.campaigns.services.campaigns import change_settings
from oversight.models import Campaign
from oversight.models.bounds import CAMPAIGN
from tests.factories import make_campaign, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.fault("bounds")]
NUMBERS = sorted(CAMPAIGN)


def numbers_of(model):
    kinds = ("IntegerField", "FloatField")
    return {
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "get_internal_type", str)().endswith(kinds) and not field.primary_key
    }


def test_every_number_of_a_campaign_has_a_bound():
    assert numbers_of(Campaign) == set(CAMPAIGN)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_database_refuses_what_is_beyond_a_bound(name):
    campaign = make_campaign()
    bound = CAMPAIGN[name]
    Campaign.objects.filter(pk=campaign.pk).update(**{name: bound.most})
    for beyond in (bound.most + 1, bound.least - 1):
        with pytest.raises(DatabaseError), transaction.atomic():
            Campaign.objects.filter(pk=campaign.pk).update(**{name: beyond})


@pytest.mark.parametrize("name", ["epochs", "beta", "learning_rate", "temperature", "audit_share"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308])
def test_the_database_refuses_numbers_that_are_none(name, value):
    campaign = make_campaign()
    with pytest.raises(DatabaseError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**{name: value})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("sent", ["1e308", str(2**31), str(2**63), "9" * 400, "nan", "inf", "-5"])
def test_the_form_says_what_is_wrong_beside_the_field(name, sent):
    form = CampaignForm({name: sent}, instance=make_campaign())
    assert name in form.errors


def test_the_refusal_says_why():
    form = CampaignForm({"queries_per_round": str(2**31 - 1)}, instance=make_campaign())
    assert form.errors["queries_per_round"] == ["At most 100,000: a round is planned in one piece."]


def test_the_service_refuses_it_too():
    campaign = make_campaign()
    with pytest.raises(ValidationError, match="knows the pairs by heart"):
        change_settings(campaign=campaign, epochs=1e308)
    campaign.refresh_from_db()
    assert campaign.epochs == 3


def test_the_settings_page_stays_and_keeps_the_old_value(client):
    campaign = make_campaign(slug="maths")
    client.force_login(make_member(campaign, "owner"))
    page = reverse("campaign-edit", args=["maths"])
    form = client.get(page).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    reply = client.post(page, data | {"lease_minutes": str(10**9), "taxonomy": "one"})
    assert reply.status_code == 422
    assert "that is a week" in reply.content.decode()
    campaign.refresh_from_db()
    assert campaign.lease_minutes == 30


def test_old_numbers_beyond_a_bound_become_the_nearest_within():
    """What the migration does to rows that were there before the bounds."""
    migration = importlib.import_module("oversight.migrations.0014_bounds")
    campaign = make_campaign()
    with connection.cursor() as cursor:
        for name in ("bound_epochs", "bound_queries_per_round", "bound_temperature"):
            cursor.execute(f"ALTER TABLE oversight_campaign DROP CONSTRAINT {name}")
    rows = Campaign.objects.filter(pk=campaign.pk)
    rows.update(epochs=float("inf"), queries_per_round=2**31 - 1, temperature=0.0)
    migration.bring_into_bounds(None, type("Editor", (), {"connection": connection}))
    campaign.refresh_from_db()
    assert (campaign.epochs, campaign.queries_per_round, campaign.temperature) == (
        100,
        100_000,
        0.01,
    )
