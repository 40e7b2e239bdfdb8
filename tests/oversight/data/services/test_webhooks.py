"""Webhooks: what happens is told once it is committed, signed, until it is taken or given up."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from annotate.models import FlagKind
from annotate.queue.services.leases import lease_next
from annotate.work.services.flags import flag_assignment
from oversight.data.policies.webhook_retries import PAUSES, pause_after, wished_seconds
from oversight.data.services import webhook_delivery, webhooks
from oversight.data.services.webhook_delivery import deliver_webhooks
from oversight.errors import InvalidWebhook, WrongState
from oversight.models import (
    DeliveryState,
    EventKind,
    SourceReliability,
    TrainingRun,
    WebhookDelivery,
)
from oversight.versions.services.promotion import make_active
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_round,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
ALL = [kind for kind in EventKind.values if kind != EventKind.TEST]


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((dict(self.headers), body))
        status, headers = self.server.answers.get(self.path, (204, {}))
        if self.path == "/trickle":
            self.server.held.wait(20)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setenv("WEBHOOK_ADDRESSES", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers, server.held = [], {}, threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.held.set()
    server.shutdown()
    server.server_close()


def add(campaign, url, events=ALL):
    return webhooks.add_webhook(campaign=campaign, url=url, events=events, user=make_user())


def told(campaign):
    rows = WebhookDelivery.objects.filter(endpoint__campaign=campaign).order_by("pk")
    return [(row.kind, row.data) for row in rows]


def make_due():
    WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def endpoint(receiver):
    campaign = make_campaign(slug="maths")
    make_version(campaign)
    return add(campaign, f"{receiver.url}/hook")


def test_every_event_is_told_to_who_asked_for_it_and_to_nobody_else(receiver):
    campaign, other = make_campaign(), make_campaign()
    add(campaign, f"{receiver.url}/all")
    add(campaign, f"{receiver.url}/none", [EventKind.ALARM_RAISED])
    add(other, f"{receiver.url}/other")
    version = make_version(campaign, active=False)
    item, round_ = make_item(campaign), make_round(version)
    run = TrainingRun.objects.create(campaign=campaign, parent=version, state="running")
    person = make_member(campaign)
    # Made on the way, and told.
    WebhookDelivery.objects.all().delete()

    flag = flag_assignment(
        assignment=lease_next(user=person, campaign=campaign), kind=FlagKind.BROKEN, reason="?"
    )
    type(item).objects.update(state="closed", closed_at=timezone.now())
    type(round_).objects.filter(pk=round_.pk).update(stage="done", finished_at=timezone.now())
    TrainingRun.objects.filter(pk=run.pk).update(state="failed", reason="none")
    make_active(version=version, reason="better")
    expected = [
        ("flag.raised", {"flag": flag.pk, "item": item.pk}),
        ("item.closed", {"item": item.pk}),
        ("round.finished", {"round": round_.number, "is_cancelled": False}),
        ("training.finished", {"training_run": run.pk, "state": "failed", "version": None}),
    ]
    assert told(campaign)[:4] == expected
    assert [kind for kind, _ in told(campaign)[4:]] == ["version.promoted"]
    assert told(other) == []


def test_only_an_alarm_is_an_alarm(endpoint):
    round_ = make_round(endpoint.campaign.versions.get())
    for words, source in (("", "person"), ("People agree less.", "critic")):
        SourceReliability.objects.create(
            campaign=endpoint.campaign,
            round=round_,
            source=source,
            judged_by="person",
            method="audits",
            pairs=9,
            audited=9,
            p_w=0.9,
            p_l=0.1,
            drift={"alarm": words},
        )
    assert [kind for kind, _ in told(endpoint.campaign)] == ["alarm.raised"]


def test_what_was_rolled_back_is_not_told(endpoint):
    item = make_item(endpoint.campaign)
    with transaction.atomic():
        type(item).objects.filter(pk=item.pk).update(state="closed")
        transaction.set_rollback(True)
    assert told(endpoint.campaign) == []


def test_a_message_is_signed_and_thin(endpoint, receiver):
    item = make_item(endpoint.campaign)
    type(item).objects.filter(pk=item.pk).update(state="closed")
    assert deliver_webhooks() == 1
    [(headers, body)] = receiver.got
    said = Webhook(endpoint.secret).verify(body, headers)
    assert (said["type"], said["data"]) == ("item.closed", {"campaign": "maths", "item": item.pk})
    assert datetime.fromisoformat(said["timestamp"]).tzinfo is not None
    row = WebhookDelivery.objects.get()
    assert headers["webhook-id"] == row.message_id
    assert (row.state, row.attempts, row.outcome) == ("delivered", 1, "answered 204")
    assert deliver_webhooks() == 0
    assert len(receiver.got) == 1


def test_a_new_secret_signs_beside_the_old_one_for_a_day(endpoint, receiver):
    old, new = endpoint.secret, webhooks.rotate_secret(endpoint=endpoint)
    webhooks.send_test(endpoint=endpoint)
    deliver_webhooks()
    headers, body = receiver.got.pop()
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    type(endpoint).objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    webhooks.send_test(endpoint=endpoint)
    deliver_webhooks()
    headers, body = receiver.got.pop()
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_what_is_not_taken_is_sent_again_under_its_id_until_it_is_given_up(endpoint, receiver):
    receiver.answers["/hook"] = (500, {})
    webhooks.send_test(endpoint=endpoint)
    for attempts in range(1, len(PAUSES) + 1):
        deliver_webhooks()
        row = WebhookDelivery.objects.get()
        assert (row.state, row.attempts, row.outcome) == ("waiting", attempts, "answered 500")
        assert row.next_at > timezone.now()
        assert deliver_webhooks() == 0
        make_due()
    deliver_webhooks()
    assert WebhookDelivery.objects.get().state == DeliveryState.DEAD
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    receiver.answers.clear()
    assert webhooks.replay(endpoint=endpoint) == 1
    assert deliver_webhooks() == 1
    assert webhooks.replay(endpoint=endpoint) == 0


def test_a_receiver_may_ask_for_patience_and_may_be_gone(endpoint, receiver):
    receiver.answers["/hook"] = (503, {"retry-after": "7200"})
    webhooks.send_test(endpoint=endpoint)
    deliver_webhooks()
    assert WebhookDelivery.objects.get().next_at > timezone.now() + timedelta(hours=1.9)
    receiver.answers["/hook"] = (410, {})
    make_due()
    deliver_webhooks()
    endpoint.refresh_from_db()
    assert "gone" in endpoint.disabled_because
    assert WebhookDelivery.objects.get().state == DeliveryState.DEAD
    with pytest.raises(WrongState):
        webhooks.send_test(endpoint=endpoint)


def test_no_redirect_is_followed(endpoint, receiver):
    receiver.answers["/hook"] = (307, {"location": "/elsewhere"})
    webhooks.send_test(endpoint=endpoint)
    assert deliver_webhooks() == 0
    assert len(receiver.got) == 1


def test_one_that_trickles_holds_nobody_else_up(endpoint, receiver, monkeypatch):
    monkeypatch.setattr(webhook_delivery, "DEADLINE_SECONDS", 1.0)
    slow = add(endpoint.campaign, f"{receiver.url}/trickle")
    for _ in range(6):
        webhooks.send_test(endpoint=slow)
    webhooks.send_test(endpoint=endpoint)
    assert deliver_webhooks() == 1
    waiting = WebhookDelivery.objects.filter(state="waiting")
    assert waiting.count() == 6
    assert sum("no answer within" in row.outcome for row in waiting) == 4


def test_a_message_of_a_killed_worker_comes_again(endpoint, receiver):
    webhooks.send_test(endpoint=endpoint)
    webhook_delivery._claim()
    assert deliver_webhooks() == 0
    WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    assert deliver_webhooks() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "http://localhost/x",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "ftp://example.org/",
        "example.org",
        "http://user:pass@example.org/",
        "https://1.1.1.1\n/",
        "https://1.1.1.1/a b",
    ],
)
def test_an_address_that_is_not_public_is_told_only_where_it_is_allowed(url, monkeypatch):
    monkeypatch.delenv("WEBHOOK_ADDRESSES", raising=False)
    with pytest.raises(InvalidWebhook):
        add(make_campaign(), url)


def test_what_is_allowed_is_looked_at_again_when_it_is_sent(endpoint, receiver, monkeypatch):
    webhooks.send_test(endpoint=endpoint)
    monkeypatch.delenv("WEBHOOK_ADDRESSES")
    assert deliver_webhooks() == 0
    assert receiver.got == []
    assert "WEBHOOK_ADDRESSES" in WebhookDelivery.objects.get().outcome


def test_wrong_wishes_are_refused_in_words(endpoint, receiver):
    with pytest.raises(InvalidWebhook, match=r"no event item\.opened"):
        add(endpoint.campaign, f"{receiver.url}/b", ["item.opened"])
    with pytest.raises(InvalidWebhook, match="no event test"):
        add(endpoint.campaign, f"{receiver.url}/b", ["test", "item.closed"])
    with pytest.raises(InvalidWebhook, match="at least one"):
        add(endpoint.campaign, f"{receiver.url}/b", [])
    with pytest.raises(WrongState):
        add(endpoint.campaign, endpoint.url)
    for number in range(19):
        add(endpoint.campaign, f"{receiver.url}/{number}")
    with pytest.raises(InvalidWebhook, match="at most 20"):
        add(endpoint.campaign, f"{receiver.url}/one-more")


def test_pauses_grow_and_end():
    pauses = [pause_after(n, draw=0.0).total_seconds() for n in range(1, len(PAUSES) + 1)]
    assert pauses == sorted(pauses)
    assert sum(pauses) > 3 * 24 * 3600
    assert pause_after(1, draw=0.99) > pause_after(1, draw=0.0)
    assert pause_after(len(PAUSES) + 1, draw=0.0) is None
    assert pause_after(1, draw=0.0, wished=1e12) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("Thu, 26 Nov 2026 12:01:00 GMT", 60),
        ("²", 0),
    ],
)
def test_a_wish_is_read_in_both_forms(header, seconds):
    assert wished_seconds(header, datetime(2026, 11, 26, 12, tzinfo=UTC)) == seconds
