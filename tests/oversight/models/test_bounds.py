"""A campaign's numbers have an upper end: in the form, in the service, in the database."""

import importlib

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from oversight.campaigns.forms.settings import GROUP_FORMS
from oversight.campaigns.services.settings import change_settings
from oversight.models.bounds import CAMPAIGN
from oversight.models.groups import GROUP_OF, GROUPS
from tests.factories import make_campaign, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.fault("bounds")]
NUMBERS = sorted(CAMPAIGN)


def numbers_of(model):
    kinds = ("IntegerField", "FloatField")
    return {
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "get_internal_type", str)().endswith(kinds)
        and field.editable
        and not field.primary_key
    }


def rows_with(name):
    return GROUPS[GROUP_OF[name]].objects.filter(campaign=make_campaign())


def test_every_number_of_a_campaign_has_a_bound():
    assert set().union(*map(numbers_of, GROUPS.values())) == set(CAMPAIGN)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_database_refuses_what_is_beyond_a_bound(name):
    bound, rows = CAMPAIGN[name], rows_with(name)
    rows.update(**{name: bound.most})
    for beyond in (bound.most + 1, bound.least - 1):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**{name: beyond})


@pytest.mark.parametrize("name", ["epochs", "beta", "learning_rate", "temperature", "audit_share"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e308])
def test_the_database_refuses_numbers_that_are_none(name, value):
    rows = rows_with(name)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**{name: value})


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("sent", ["1e308", str(2**31), str(2**63), "9" * 400, "nan", "inf", "-500"])
def test_the_form_says_what_is_wrong_beside_the_field(name, sent):
    form = GROUP_FORMS[GROUP_OF[name]]({name: sent}, campaign=make_campaign())
    assert name in form.errors


def test_the_refusal_says_why():
    form = GROUP_FORMS["rounds"]({"queries_per_round": str(2**31 - 1)}, campaign=make_campaign())
    assert form.errors["queries_per_round"] == ["At most 100,000: a round is planned in one piece."]


def test_the_service_refuses_it_too():
    campaign = make_campaign()
    with pytest.raises(ValidationError, match="knows the pairs by heart"):
        change_settings(campaign=campaign, epochs=1e308)
    campaign.refresh_from_db()
    assert campaign.training.epochs == 3


def test_the_settings_page_stays_and_keeps_the_old_value(client):
    campaign = make_campaign(slug="maths")
    client.force_login(make_member(campaign, "owner"))
    page = reverse("settings-group", args=["maths", "judging"])
    form = client.get(page).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    reply = client.post(page, data | {"lease_minutes": str(10**9)})
    assert reply.status_code == 422
    assert "that is a week" in reply.content.decode()
    campaign.refresh_from_db()
    assert campaign.judging.lease_minutes == 30


def test_old_numbers_beyond_a_bound_become_the_nearest_within():
    """What the migration does to rows that were there before the bounds."""
    migration = importlib.import_module("oversight.migrations.0014_bounds")
    columns = ", ".join(f"{name} float8" for name in migration.BOUNDS)
    with connection.cursor() as cursor:
        # The table as it was; what is temporary is found before the one of today.
        cursor.execute(f"CREATE TEMP TABLE oversight_campaign ({columns})")
        cursor.execute("INSERT INTO oversight_campaign (epochs, temperature) VALUES ('inf', 0)")
        migration.bring_into_bounds(None, type("Editor", (), {"connection": connection}))
        cursor.execute("SELECT epochs, temperature, beta FROM oversight_campaign")
        assert cursor.fetchall() == [(100, 0.01, None)]
        cursor.execute("DROP TABLE oversight_campaign")
