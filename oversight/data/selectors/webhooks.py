"""A campaign's webhooks, with how telling them goes."""

from django.db.models import Count, Max, Q, QuerySet

from oversight.models import Campaign, WebhookEndpoint


def webhooks_of(campaign: Campaign) -> "QuerySet[WebhookEndpoint]":
    """Annotates `waiting`, `dead` (messages given up) and `last_at`, the newest that was taken."""
    return campaign.webhooks.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state="waiting")),
        dead=Count("deliveries", filter=Q(deliveries__state="dead")),
        last_at=Max("deliveries__ended_at", filter=Q(deliveries__state="delivered")),
    ).order_by("pk")
