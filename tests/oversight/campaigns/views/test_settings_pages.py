"""Settings are changed group by group, in the browser."""

from datetime import time

import pytest
from django.urls import reverse

from oversight.models.groups import GROUP_OF, GROUPS
from tests.factories import make_round, make_version

pytestmark = pytest.mark.django_db


def settings_of(form, **changes):
    """What the form would send as it stands, with some fields changed."""
    values = {name: form[name].value() for name in form.fields}
    if "taxonomy" in values:
        values["taxonomy"] = "\n".join(values["taxonomy"])
    return {name: "" if value is None else value for name, value in (values | changes).items()}


def page_of(key):
    return reverse("settings-group", args=["maths", key])


def send(admin, key, **changes):
    form = admin.get(page_of(key)).context["form"]
    return admin.post(page_of(key), settings_of(form, **changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"taxonomy": "a" * 201}, "taxonomy"),
        ({"taxonomy": "\n".join(map(str, range(201)))}, "taxonomy"),
        ({"taxonomy": "a\0b"}, "taxonomy"),
        ({"queries_per_round": "99999999999"}, "queries_per_round"),
        ({"samples_per_query": "1"}, "samples_per_query"),
        ({"temperature": "hot"}, "temperature"),
        ({"audit_share": "100.5"}, "audit_share"),
        ({"audit_share": "nan"}, "audit_share"),
        ({"acceptance_alpha": "0"}, "acceptance_alpha"),
        ({"acceptance_alpha": "0.7"}, "acceptance_alpha"),
        ({"acceptance_delta": "nan"}, "acceptance_delta"),
        ({"always_ask": ["magic"]}, "always_ask"),
        ({"critic_samples": "0"}, "critic_samples"),
        ({"critic_samples": "17"}, "critic_samples"),
        ({"critic_search": "101"}, "critic_search"),
        ({"hidden_share": "110"}, "hidden_share"),
        ({"hidden_share": "60", "blind_first_share": "50"}, "blind_first_share"),
        ({"hidden_share": "60", "evidence_share": "50"}, "blind_first_share"),
        ({"evidence_share": "101"}, "evidence_share"),
        ({"gold_items": "-1"}, "gold_items"),
        ({"loss": "magic"}, "loss"),
        ({"epochs": "-1"}, "epochs"),
        ({"reference": "none"}, "reference"),
        ({"schedule": "yearly"}, "schedule"),
        ({"schedule_at": "25:00"}, "schedule_at"),
        ({"schedule_hours": "0"}, "schedule_hours"),
        ({"schedule_preferences": "-1"}, "schedule_preferences"),
    ],
)
def test_what_is_wrong_stands_next_to_the_field_and_is_linked_at_the_top(admin, changes, field):
    response = send(admin, GROUP_OF.get(field, "basics"), **changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'href="#id_{field}' in response.content.decode()


def test_settings_are_changed_and_the_slug_stays(admin, campaign):
    response = send(admin, "basics", name="Sums", taxonomy="a\n\n b \na", slug="other")
    assert response.url == page_of("basics")
    campaign.refresh_from_db()
    assert (campaign.name, campaign.slug, campaign.basics.taxonomy) == ("Sums", "maths", ["a", "b"])


def test_saving_names_the_round_that_keeps_what_it_began_with(admin, campaign):
    make_round(make_version(campaign), number=3)
    response = send(admin, "updates", critic_learning="people")
    assert response.status_code == 302
    assert "Round 3 is under way and keeps what it began with" in admin.get(response.url).text


@pytest.mark.parametrize("hidden", [10, 20, 30, 70])
def test_every_item_may_be_hidden_or_blind_first(admin, campaign, hidden):
    response = send(admin, "measuring", hidden_share=hidden, blind_first_share=100 - hidden)
    assert response.status_code == 302
    campaign.refresh_from_db()
    assert campaign.measuring.blind_first_share == (100 - hidden) / 100


@pytest.mark.parametrize(
    ("key", "changes", "kept"),
    [
        (
            "routing",
            {
                "acceptance": "calibrated",
                "acceptance_alpha": "0.05",
                "always_ask": ["critical", "drift"],
                "critic_samples": "3",
                "critic_search": "-1.5",
                "human_minutes": "90",
            },
            ("calibrated", 0.05, ["critical", "drift"], 3, -1.5, 90),
        ),
        ("training", {"reference": "base", "patience": "2"}, ("base", 2)),
        ("updates", {"schedule": "daily", "schedule_at": "04:30"}, ("daily", time(4, 30))),
    ],
)
def test_a_group_is_kept_as_it_was_sent(admin, campaign, key, changes, kept):
    send(admin, key, **changes)
    campaign.refresh_from_db()
    assert tuple(campaign.setting(name) for name in changes) == kept
    assert bool(campaign.updates.schedule_set_at) == (key == "updates")


def test_bad_settings_change_nothing_and_the_old_name_stays_in_the_heading(admin, campaign):
    response = send(admin, "basics", name="Sums", taxonomy="a\0b")
    campaign.refresh_from_db()
    assert response.status_code == 422
    assert campaign.name == "Maths"
    assert response.context["campaign"].name == "Maths"


def test_an_error_below_more_is_seen(admin):
    assert '<details class="more" open>' in send(admin, "training", beta="-1").content.decode()


def test_the_start_page_leads_to_every_group(admin):
    html = admin.get(reverse("campaign-edit", args=["maths"])).content.decode()
    assert all(page_of(key) in html for key in GROUPS)


def test_there_is_no_other_group(admin):
    assert admin.get(page_of("magic")).status_code == 404


def test_a_figure_of_the_training_says_what_it_does(admin):
    page = admin.get(page_of("training")).text
    for words in ("Fine-tuning imitates the chosen answers alone", "How large each step is"):
        assert words in page
