"""Sending what happened to whom it is to be told, signed, until it is taken or given up.

Nothing is locked while an address is asked. One that is slow keeps its own messages waiting: of each
only a few are under way, and all of them end in bounded time.
"""

import json
import random
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from models_srv.addresses import AddressRefused, webhook_rules
from models_srv.http_client import guarded_client
from oversight.data.policies.webhook_retries import pause_after, wished_seconds
from oversight.data.services.webhooks import set_webhook_at_work
from oversight.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from oversight.statements import Statement

TIMEOUT_SECONDS = 10.0
DEADLINE_SECONDS = 20.0  # of all that are under way, whatever trickles in
LEASE = timedelta(minutes=2)
AT_ONCE, AT_ONCE_PER_ADDRESS = 16, 4
GONE = 410
LONGEST_OUTCOME = 300
LOCK = 5_318_008  # one worker sends at a time: the others go on with other work

DUE = Statement(
    """
    SELECT due.id FROM oversight_webhookendpoint endpoint
    CROSS JOIN LATERAL (
        SELECT id FROM oversight_webhookdelivery
        WHERE endpoint_id = endpoint.id AND state = 'waiting' AND next_at <= %(now)s
        ORDER BY next_at LIMIT %(of_each)s FOR UPDATE SKIP LOCKED
    ) AS due
    WHERE endpoint.disabled_at IS NULL
    LIMIT %(at_once)s
    """
)


@dataclass(frozen=True)
class Outcome:
    """What came of one try; `wished` seconds to wait, if the receiver said so."""

    is_taken: bool
    words: str
    wished: float = 0.0
    is_gone: bool = False


def deliver_webhooks() -> int:
    """Send what is due; return how much was taken. Where another worker does so now, nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (is_mine,) = cursor.fetchone()
    if not is_mine:
        return 0
    try:
        return _deliver(_claim())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _claim() -> list[WebhookDelivery]:
    """Take what is due for as long as sending may last; a killed worker's comes again after that."""
    with transaction.atomic():
        bounds = {
            "of_each": AT_ONCE_PER_ADDRESS,
            "at_once": AT_ONCE,
            "now": timezone.now(),
        }
        ids = [pk for (pk,) in DUE.all(**bounds)]
        WebhookDelivery.objects.filter(pk__in=ids).update(next_at=timezone.now() + LEASE)
    return list(WebhookDelivery.objects.filter(pk__in=ids).select_related("endpoint__campaign"))


def _deliver(deliveries: list[WebhookDelivery]) -> int:
    if not deliveries:
        return 0
    pool = ThreadPoolExecutor(max_workers=AT_ONCE)
    clients = {row.pk: _client() for row in deliveries}
    under_way = {
        row: pool.submit(_send, clients[row.pk], row, timezone.now()) for row in deliveries
    }
    wait(under_way.values(), timeout=DEADLINE_SECONDS)
    for client in clients.values():
        client.close()  # ends what trickles on
    pool.shutdown(wait=False)
    taken = [_record(row, _outcome_of(future)) for row, future in under_way.items()]
    return sum(taken)


def _client() -> Any:
    return guarded_client(timeout_seconds=TIMEOUT_SECONDS, rules=webhook_rules())


def _send(client: Any, row: WebhookDelivery, now: datetime) -> Outcome:
    import httpx2

    body = message_body(row)
    try:
        with client.stream(
            "POST", row.endpoint.url, content=body, headers=signed_headers(row, body, now)
        ) as answer:
            wished = wished_seconds(answer.headers.get("retry-after", ""), now)
            words = f"answered {answer.status_code}"
            return Outcome(answer.is_success, words, wished, answer.status_code == GONE)
    except AddressRefused as error:
        return Outcome(False, str(error))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RuntimeError) as error:
        return Outcome(False, f"{type(error).__name__}: {error}".rstrip(": "))


def _outcome_of(future: "Future[Outcome]") -> Outcome:
    if not future.done():
        return Outcome(False, f"no answer within {DEADLINE_SECONDS:g} seconds")
    return future.result()


def message_body(row: WebhookDelivery) -> str:
    """Return what is sent: thin, since who asks for more has to be allowed to read it."""
    told = {"campaign": row.endpoint.campaign.slug, **row.data}
    happened = row.happened_at.isoformat().replace("+00:00", "Z")
    return json.dumps({"type": row.kind, "timestamp": happened, "data": told})


def signed_headers(row: WebhookDelivery, body: str, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks: the message's id, the time, and every signature."""
    signatures = [
        Webhook(secret).sign(row.message_id, now, body) for secret in _secrets(row.endpoint, now)
    ]
    return {
        "content-type": "application/json",
        "user-agent": "oversight-webhooks",
        "webhook-id": row.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    is_former_good = endpoint.previous_until is not None and endpoint.previous_until > now
    return [endpoint.secret, *([endpoint.previous_secret] if is_former_good else [])]


def _record(row: WebhookDelivery, outcome: Outcome) -> bool:
    now, attempts = timezone.now(), row.attempts + 1
    pause = pause_after(attempts, draw=random.random(), wished=outcome.wished)
    changes: dict[str, Any] = {"attempts": attempts, "outcome": outcome.words[:LONGEST_OUTCOME]}
    if outcome.is_taken:
        changes |= {"state": DeliveryState.DELIVERED, "ended_at": now}
    elif outcome.is_gone or pause is None:
        changes |= {"state": DeliveryState.DEAD, "ended_at": now}
    else:
        changes["next_at"] = now + pause
    # Replayed or removed meanwhile, it is somebody else's.
    waiting = WebhookDelivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING)
    waiting.filter(attempts=row.attempts).update(**changes)
    if outcome.is_gone:
        words = "the address said that it is gone (410)"
        set_webhook_at_work(endpoint=row.endpoint, is_at_work=False, reason=words)
    return outcome.is_taken
