"""Who has read the guidelines is told what changed since, until they say that they have read it."""

import pytest
from django.urls import reverse

from annotate.care.selectors.reading import rules_and_news
from oversight.campaigns.services.campaigns import (
    add_principle,
    change_principle,
    retire_principle,
)
from oversight.campaigns.services.settings import change_settings
from oversight.models import GuidelinesRead
from tests.factories import make_item

pytestmark = pytest.mark.django_db
CHANGED = "The guidelines have changed since you last read them."


def url(name, pair):
    return reverse(f"annotate:{name}", args=[pair.campaign.slug])


def news_of(pair):
    pair.campaign.refresh_from_db()
    rules, news = rules_and_news(pair.user, pair.campaign)
    assert rules == list(pair.campaign.principles.filter(retired_at__isnull=True))
    return news


@pytest.fixture
def reader(pair, client):
    """The pair's annotator has read the guidelines as they were."""
    change_settings(campaign=pair.campaign, guidelines="Prefer the right answer.")
    client.post(url("guidelines-read", pair))
    return pair


def test_who_never_read_them_is_told_of_no_change(client, pair):
    change_settings(campaign=pair.campaign, guidelines="Prefer the right answer.")
    assert CHANGED not in client.get(url("next", pair)).content.decode()


def test_who_starts_has_been_shown_them(client, pair):
    make_item(pair.campaign)
    client.post(url("lease", pair))
    change_settings(campaign=pair.campaign, guidelines="Prefer the right answer.")
    page = client.get(url("next", pair), follow=True).content.decode()
    assert CHANGED in page
    client.post(url("lease", pair))
    assert news_of(pair), "to go on is not to have read what changed"


def test_what_changed_is_said_on_the_queues_page_until_it_is_read(client, reader):
    change_settings(campaign=reader.campaign, guidelines="Prefer the shorter right answer.")
    page = client.get(url("next", reader)).content.decode()
    assert CHANGED in page
    assert "<ins>shorter " in page
    led = client.post(url("guidelines-read", reader))
    assert led.url == url("next", reader)
    assert CHANGED not in client.get(url("next", reader)).content.decode()
    assert GuidelinesRead.objects.count() == 1


def test_and_beside_the_card(client, reader):
    held = reader.lease()
    change_settings(campaign=reader.campaign, guidelines="Prefer the shorter right answer.")
    page = client.get(reverse("annotate:assignment", args=[held.pk])).content.decode()
    assert CHANGED in page
    assert "<ins>shorter " in page


def test_other_settings_beside_them_are_no_news(reader):
    change_settings(campaign=reader.campaign, learner_instructions="Be brief.")
    assert news_of(reader) is None


def test_rules_that_are_new_changed_or_retired_are_news(reader, client):
    changed = add_principle(campaign=reader.campaign, text="Be right.")
    retired = add_principle(campaign=reader.campaign, text="Be brief.")
    client.post(url("guidelines-read", reader))
    change_principle(principle=changed, text="Be always right.")
    retire_principle(principle=retired)
    new = add_principle(campaign=reader.campaign, text="Be kind.")
    told = {rule.number: rule.kind for rule in news_of(reader).rules}
    expected = {changed.number: "changed", retired.number: "retired", new.number: "new"}
    assert told == expected
    client.post(url("guidelines-read", reader))
    assert news_of(reader) is None


def test_what_came_back_as_it_was_is_no_news(reader):
    change_settings(campaign=reader.campaign, guidelines="Something else.")
    change_settings(campaign=reader.campaign, guidelines="Prefer the right answer.")
    assert news_of(reader) is None


def test_of_anothers_campaign_nothing_is_read(client, reader):
    reader.campaign.members.all().delete()
    assert client.post(url("guidelines-read", reader)).status_code == 404
