"""Requests that are sent again are answered again, and done once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from oversight.models import StoredAnswer, User
from oversight.rest.errors import KeyUnderWay, KeyUsedOtherwise

KEPT = timedelta(days=1)
KEPT_HEADERS = ("ETag", "Location")


def answer_once(
    *, user: User, key: str, fingerprint: str, act: Callable[[], Response]
) -> HttpResponse:
    """Return what `act` answers, or what it answered to the same request within the last day.

    All that it does commits with the stored answer or not at all: a process that is killed has done
    nothing, and neither has one that failed, so such a request may be sent again with its key. Raises
    KeyUnderWay while another process is at it, KeyUsedOtherwise where the key came with another
    request.
    """
    with transaction.atomic():
        if not _lock(f"{user.pk}:{key}"):
            raise KeyUnderWay
        known = StoredAnswer.objects.filter(user=user, key=key)
        known.filter(created_at__lt=timezone.now() - KEPT).delete()
        if stored := known.first():
            return _again(stored, fingerprint)
        response = act()
        StoredAnswer.objects.create(
            user=user,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            body=_text(response.data),
        )
        return response


def forget_answers() -> int:
    """Delete answers that are older than a day. Return how many."""
    deleted, _ = StoredAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted


def _lock(name: str) -> bool:
    """Take the key until the transaction ends, if nobody has it. Connections that die let go."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _again(stored: StoredAnswer, fingerprint: str) -> HttpResponse:
    if stored.fingerprint != fingerprint:
        raise KeyUsedOtherwise
    response = HttpResponse(
        stored.body or b"", status=stored.status, content_type="application/json"
    )
    for name, value in stored.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _text(data: Any) -> str:
    return "" if data is None else JSONRenderer().render(data).decode()
