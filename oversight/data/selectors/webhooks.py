"""A campaign's webhooks, with how telling them goes."""

import hashlib
import json

from django.db.models import Count, Max, Q, QuerySet

from oversight.models import Campaign, EventKind, WebhookEndpoint


def webhooks_of(campaign: Campaign) -> "QuerySet[WebhookEndpoint]":
    """Annotates `waiting`, `dead` (messages given up) and `last_at`, the newest that was taken."""
    return campaign.webhooks.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state="waiting")),
        dead=Count("deliveries", filter=Q(deliveries__state="dead")),
        last_at=Max("deliveries__ended_at", filter=Q(deliveries__state="delivered")),
    ).order_by("pk")


def state_of(endpoint: WebhookEndpoint) -> str:
    """Return what names where it goes and what it is told: any change makes another."""
    return hashlib.sha256(json.dumps([endpoint.url, endpoint.events]).encode()).hexdigest()


def events_in_words(endpoint: WebhookEndpoint) -> str:
    return "; ".join(EventKind(each).label for each in endpoint.events)
