"""Webhooks by page and over REST: who may, what is shown once, what is said where it cannot be done."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from oversight.data.selectors.webhooks import state_of
from oversight.data.services import webhooks
from oversight.models import AuditEntry, DeliveryState, WebhookEndpoint
from tests.factories import make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hook"
ASKED = {"url": URL, "events": ["item.closed", "flag.raised"]}


@pytest.fixture(autouse=True)
def allowed(monkeypatch):
    monkeypatch.setenv("WEBHOOK_ADDRESSES", "127.0.0.1")


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def endpoint(campaign):
    return webhooks.add_webhook(campaign=campaign, user=make_user(), **ASKED)


@pytest.fixture
def engineer(client, campaign):
    client.force_login(make_member(campaign, "engineer"))
    return client


@pytest.fixture
def rest(campaign):
    client = APIClient()
    client.force_authenticate(make_member(campaign, "engineer"))
    return client


def page_of(name, *args):
    return reverse(name, args=["maths", *args])


def test_it_is_added_and_its_secret_shown_once(engineer, campaign):
    page = engineer.post(page_of("webhooks"), ASKED).content.decode()
    row = WebhookEndpoint.objects.get()
    assert row.secret in page
    assert row.events == ["item.closed", "flag.raised"]
    for name, args in (("webhooks", ()), ("webhook", (row.pk,))):
        again = engineer.get(page_of(name, *args)).content.decode()
        assert URL in again
        assert row.secret not in again


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"url": "http://10.0.0.1/", "events": ["item.closed"]}, "WEBHOOK_ADDRESSES"),
        ({"url": URL, "events": []}, "Choose at least one"),
        ({"url": URL, "events": ["test"]}, "not one of the available choices"),
        ({"url": "ftp://x", "events": ["item.closed"]}, "not a URL"),
    ],
)
def test_a_wrong_wish_is_answered_in_words(engineer, asked, words):
    answer = engineer.post(page_of("webhooks"), asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_all_that_can_be_done_with_one_is_done(engineer, endpoint):
    changed = ASKED | {"events": ["round.finished"], "read": state_of(endpoint)}
    engineer.post(page_of("webhook", endpoint.pk), changed)
    page = engineer.post(page_of("webhook-rotate", endpoint.pk)).content.decode()
    engineer.post(page_of("webhook-test", endpoint.pk))
    former = endpoint.secret
    endpoint.refresh_from_db()
    assert endpoint.events == ["round.finished"]
    assert endpoint.secret != former
    assert endpoint.secret in page
    [delivery] = endpoint.deliveries.all()
    endpoint.deliveries.update(state=DeliveryState.DEAD, ended_at=delivery.happened_at)
    assert "given up (1)" in engineer.get(page_of("webhook", endpoint.pk)).content.decode()
    engineer.post(page_of("webhook-replay", endpoint.pk), {"delivery": delivery.pk})
    assert endpoint.deliveries.get().state == DeliveryState.WAITING
    engineer.post(page_of("webhook-at-work", endpoint.pk), {"at_work": ""})
    assert "told nothing" in engineer.get(page_of("webhook", endpoint.pk)).content.decode()
    engineer.post(page_of("webhook-at-work", endpoint.pk), {"at_work": "1"})
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts)[-2:] == ["webhook.stopped", "webhook.started"]
    asked = engineer.get(page_of("webhook-remove", endpoint.pk)).content.decode()
    assert "forgotten" in asked
    assert f'href="{page_of("webhooks")}">All webhooks' in " ".join(asked.split())
    engineer.post(page_of("webhook-remove", endpoint.pk))
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.fault("overwriting")
def test_what_a_colleague_changed_meanwhile_is_not_written_over(engineer, endpoint):
    page, former = page_of("webhook", endpoint.pk), state_of(endpoint)
    webhooks.change_webhook(endpoint=endpoint, url=URL, events=["alarm.raised"])
    mine = ASKED | {"events": ["round.finished"], "read": former}
    answer = engineer.post(page, mine)
    endpoint.refresh_from_db()
    assert (answer.status_code, endpoint.events) == (409, ["alarm.raised"])
    html = answer.content.decode()
    assert "somebody else changed this meanwhile" in html
    assert f'value="{state_of(endpoint)}"' in html
    assert answer.context["form"]["events"].value() == ["round.finished"]
    assert engineer.post(page, mine | {"read": state_of(endpoint)}).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.events == ["round.finished"]
    assert engineer.post(page, ASKED).status_code == 422


@pytest.mark.fault("lost-fields")
@pytest.mark.parametrize("end", ["test/", "replay/", "secret/"])
@pytest.mark.parametrize("body", [{"deliveries": [1]}, [1], "x"])
def test_a_body_that_would_be_ignored_is_refused(rest, endpoint, end, body):
    address = f"/api/v1/campaigns/maths/webhooks/{endpoint.pk}/{end}"
    assert rest.post(address, body, format="json").status_code == 400
    assert rest.post(address, {}, format="json").status_code in (200, 202)


@pytest.mark.parametrize(
    "name", ["webhook", "webhook-rotate", "webhook-test", "webhook-replay", "webhook-remove"]
)
def test_others_may_not(client, campaign, endpoint, name):
    address = page_of(name, endpoint.pk)
    for who, status in ((make_member(campaign), 403), (make_user(), 404)):
        client.force_login(who)
        assert client.post(address).status_code == status
    other = make_campaign(slug="other")
    client.force_login(make_member(other, "owner"))
    assert client.post(reverse(name, args=["other", endpoint.pk])).status_code == 404


def test_over_rest_it_is_the_same(rest, campaign):
    all_of_them = "/api/v1/campaigns/maths/webhooks/"
    made = rest.post(all_of_them, ASKED, format="json")
    assert made.status_code == 201
    assert made.json()["secret"] == WebhookEndpoint.objects.get().secret
    one = f"{all_of_them}{made.json()['id']}/"
    assert "secret" not in rest.get(one).json()
    assert rest.get(all_of_them).json()["results"] == [rest.get(one).json()]
    assert rest.post(all_of_them, ASKED, format="json").status_code == 409
    refused = rest.post(all_of_them, ASKED | {"url": "http://10.0.0.1"}, format="json")
    assert refused.status_code == 400
    assert "WEBHOOK_ADDRESSES" in str(refused.json())
    etag = rest.get(one)["ETag"]
    change = {"events": ["alarm.raised"]}
    assert rest.patch(one, change, format="json").status_code == 428
    changed = rest.patch(one, change, format="json", headers={"If-Match": etag})
    assert changed.json()["events"] == ["alarm.raised"]
    again = rest.patch(one, change, format="json", headers={"If-Match": etag})
    assert again.status_code == 412
    etag = changed["ETag"]
    assert rest.post(f"{one}secret/").json()["secret"].startswith("whsec_")
    assert rest.post(f"{one}test/").status_code == 202
    [told] = rest.get(f"{one}deliveries/").json()["results"]
    assert (told["kind"], told["state"]) == ("test", "waiting")
    now = rest.get(one, headers={"If-None-Match": etag})
    assert (now.json()["waiting"], now["ETag"]) == (1, etag)  # what is told changes no setting
    assert rest.post(f"{one}replay/").json() == {"sent_again": 0}
    assert rest.delete(one).status_code == 204
    assert rest.get(one).status_code == 404


@pytest.mark.parametrize("end", ["", "deliveries/"])
def test_over_rest_others_may_not(campaign, endpoint, end):
    client = APIClient()
    address = f"/api/v1/campaigns/maths/webhooks/{endpoint.pk}/{end}"
    assert client.get(address).status_code == 401
    for who, status in ((make_member(campaign), 403), (make_user(), 404)):
        client.force_authenticate(who)
        assert client.get(address).status_code == status


def test_the_page_of_data_leads_to_them(engineer):
    assert page_of("webhooks") in engineer.get(page_of("campaign-data")).content.decode()
