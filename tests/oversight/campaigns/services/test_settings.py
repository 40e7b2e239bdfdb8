"""Settings change by one service, group by group, each change a version."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from oversight.campaigns.services.settings import change_settings, restore_settings
from oversight.errors import WrongState
from oversight.models import Campaign
from oversight.models.groups import GROUP_OF, GROUPS, SETTINGS, SettingsVersion
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


def versions(campaign, key):
    rows = campaign.settings_versions.filter(group=key).order_by("number")
    return [(row.number, row.made_by) for row in rows]


def test_every_setting_is_in_one_group():
    assert sum(map(len, SETTINGS.values())) == len(GROUP_OF)


def test_a_campaign_has_all_its_groups_in_their_first_version():
    maker = make_user()
    campaign = Campaign.objects.create(slug="maths", name="Maths", audit_share=0.3, made_by=maker)
    for key, model in GROUPS.items():
        assert model._default_manager.get(campaign=campaign).number == 1
        assert versions(campaign, key) == [(1, maker)]
    [first] = campaign.settings_versions.filter(group="routing")
    assert first.values["audit_share"] == 0.3
    [first] = campaign.settings_versions.filter(group="basics")
    assert first.values["name"] == "Maths"


def test_a_setting_that_there_is_not_is_refused():
    with pytest.raises(TypeError):
        make_campaign(magic=1)


def test_a_change_is_the_next_version_of_its_group_alone():
    campaign, person = make_campaign(), make_user()
    assert change_settings(campaign=campaign, changed_by=person, audit_share=0.3) == ["routing"]
    assert versions(campaign, "routing") == [(1, None), (2, person)]
    assert versions(campaign, "care") == [(1, None)]
    assert campaign.routing.number == 2


def test_what_is_as_it_was_is_no_change():
    campaign = make_campaign()
    assert change_settings(campaign=campaign, audit_share=campaign.routing.audit_share) == []
    assert versions(campaign, "routing") == [(1, None)]


def test_the_name_changes_with_the_basics():
    campaign = make_campaign()
    change_settings(campaign=campaign, name="Sums")
    assert Campaign.objects.get().name == "Sums"
    assert campaign.settings_versions.get(number=2).values["name"] == "Sums"


@pytest.mark.parametrize("wrong", [{"audit_share": 7}, {"name": ""}])
def test_what_cannot_be_changes_nothing(wrong):
    campaign = make_campaign()
    with pytest.raises(ValidationError):
        change_settings(campaign=campaign, **{"break_minutes": 5, **wrong})
    campaign.refresh_from_db()
    assert campaign.care.break_minutes == 0
    assert not campaign.settings_versions.filter(number=2).exists()


def test_who_read_an_older_version_is_told():
    campaign = make_campaign()
    change_settings(campaign=campaign, audit_share=0.3, read={"routing": 1})
    with pytest.raises(WrongState, match="meanwhile"):
        change_settings(campaign=campaign, audit_share=0.5, read={"routing": 1})
    campaign.refresh_from_db()
    assert campaign.routing.audit_share == 0.3


def test_a_group_goes_back_to_what_it_was_as_a_new_version():
    campaign = make_campaign()
    first = campaign.settings_versions.get(group="updates")
    change_settings(campaign=campaign, schedule="daily", schedule_at=time(4, 30))
    restore_settings(campaign=campaign, version=first)
    assert (campaign.updates.schedule, campaign.updates.schedule_at) == ("by_hand", time(3, 0))
    assert campaign.updates.number == 3
    with pytest.raises(WrongState, match="already"):
        restore_settings(campaign=campaign, version=first)


def test_a_version_that_could_not_be_today_is_refused():
    campaign = make_campaign()
    values = campaign.values_of("routing") | {"audit_share": 7}
    old = SettingsVersion(campaign=campaign, group="routing", number=9, values=values)
    with pytest.raises(WrongState, match="today"):
        restore_settings(campaign=campaign, version=old)


def test_a_setting_that_is_no_more_is_left_out():
    campaign = make_campaign()
    values = {"break_minutes": 9, "magic": 1}
    old = SettingsVersion(campaign=campaign, group="care", number=9, values=values)
    restore_settings(campaign=campaign, version=old)
    assert campaign.care.break_minutes == 9


def test_a_version_never_changes():
    rows = SettingsVersion.objects.filter(campaign=make_campaign())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(number=7)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows._raw_delete("default")
