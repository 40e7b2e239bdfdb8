"""Where a campaign's webhooks go: added, changed, tested, given new secrets, taken away."""

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from models_srv.addresses import AddressRefused, check_url, host_and_port, webhook_rules
from oversight.data.selectors.webhooks import state_of
from oversight.errors import InvalidWebhook, WrongState
from oversight.models import (
    Act,
    Campaign,
    DeliveryState,
    EventKind,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from oversight.people.services.audit import record_act

SECRET_BYTES = 24
MOST_ENDPOINTS = 20
BOTH_SIGN = timedelta(hours=24)


def add_webhook(
    *, campaign: Campaign, url: str, events: Sequence[str], user: User
) -> WebhookEndpoint:
    """Tell an address of these events from now on. Its secret is on the row that is returned.

    Raises InvalidWebhook where the address may not be told or there are too many, WrongState where
    it is told already.
    """
    _check(url, events)
    if campaign.webhooks.count() >= MOST_ENDPOINTS:
        raise InvalidWebhook(f"a campaign tells at most {MOST_ENDPOINTS} addresses")
    try:
        with transaction.atomic():
            endpoint = WebhookEndpoint.objects.create(
                campaign=campaign,
                url=url,
                events=_in_order(events),
                secret=_new_secret(),
                created_by=user,
            )
            record_act(Act.WEBHOOK_ADDED, campaign=campaign, by=user, url=url, events=events)
            return endpoint
    except IntegrityError as error:
        raise WrongState(f"{url} is told already") from error


class WebhookChanged(WrongState):
    """Somebody else has changed where it goes or what it is told."""


def change_webhook(
    *, endpoint: WebhookEndpoint, url: str, events: Sequence[str], read: str | None = None
) -> None:
    """Raises what `add_webhook` raises, and WebhookChanged where it is no longer as it was `read`
    (selectors.webhooks.state_of). What waits goes to the new address.
    """
    _check(url, events)
    try:
        with transaction.atomic():
            now = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
            if read is not None and state_of(now) != read:
                raise WebhookChanged(f"webhook {endpoint.pk} was changed meanwhile")
            endpoint.url, endpoint.events = url, _in_order(events)
            endpoint.save(update_fields=["url", "events"])
            record_act(Act.WEBHOOK_CHANGED, campaign=endpoint.campaign, url=url, events=events)
    except IntegrityError as error:
        raise WrongState(f"{url} is told already") from error


@transaction.atomic
def set_webhook_at_work(*, endpoint: WebhookEndpoint, is_at_work: bool, reason: str = "") -> None:
    """Stop telling an address, or go on: then what waits is sent, and what happened meanwhile is not."""
    was_at_work = endpoint.disabled_at is None
    endpoint.disabled_at = None if is_at_work else (endpoint.disabled_at or timezone.now())
    endpoint.disabled_because = "" if is_at_work else (reason or "stopped by hand")
    endpoint.save(update_fields=["disabled_at", "disabled_because"])
    if was_at_work != is_at_work:
        act = Act.WEBHOOK_STARTED if is_at_work else Act.WEBHOOK_STOPPED
        record_act(act, campaign=endpoint.campaign, url=endpoint.url)


@transaction.atomic
def remove_webhook(*, endpoint: WebhookEndpoint) -> None:
    """Forget an address, and what it was told."""
    record_act(Act.WEBHOOK_REMOVED, campaign=endpoint.campaign, url=endpoint.url)
    endpoint.delete()


def rotate_secret(*, endpoint: WebhookEndpoint) -> str:
    """Give the address a new secret and return it. The one before signs beside it for a day."""
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.previous_secret, row.previous_until = row.secret, timezone.now() + BOTH_SIGN
        row.secret = _new_secret()
        row.save(update_fields=["secret", "previous_secret", "previous_until"])
        record_act(Act.WEBHOOK_SECRET_CHANGED, campaign=row.campaign, url=row.url)
    endpoint.secret, endpoint.previous_until = row.secret, row.previous_until
    return row.secret


def send_test(*, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Tell the address something that did not happen. Raises WrongState where it is stopped."""
    if endpoint.disabled_at:
        raise WrongState(f"{endpoint.url} is told nothing: {endpoint.disabled_because}")
    return WebhookDelivery.objects.create(
        endpoint=endpoint, message_id=f"msg_{uuid4().hex}", kind=EventKind.TEST, data={}
    )


def replay(*, endpoint: WebhookEndpoint, deliveries: Sequence[int] = ()) -> int:
    """Send again what was given up, or these deliveries whatever came of them; return how many.

    They keep their ids, by which a receiver knows what it has had.
    """
    rows = endpoint.deliveries.exclude(state=DeliveryState.WAITING)
    rows = rows.filter(pk__in=deliveries) if deliveries else rows.filter(state=DeliveryState.DEAD)
    return rows.update(
        state=DeliveryState.WAITING, attempts=0, next_at=timezone.now(), ended_at=None, outcome=""
    )


def _check(url: str, events: Sequence[str]) -> None:
    if unknown := sorted(
        set(events) - set(EventKind.values) | {EventKind.TEST.value} & set(events)
    ):
        raise InvalidWebhook(f"there is no event {unknown[0]}")
    if not events:
        raise InvalidWebhook("choose at least one event")
    if not url.isprintable() or " " in url:
        raise InvalidWebhook("an address has neither spaces nor line ends")
    try:
        host_and_port(url)
        check_url(url, webhook_rules())
    except AddressRefused as error:
        raise InvalidWebhook(str(error)) from error


def _in_order(events: Sequence[str]) -> list[str]:
    return [kind for kind in EventKind.values if kind in events]


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
