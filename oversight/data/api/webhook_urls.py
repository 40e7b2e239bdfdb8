"""Addresses of webhooks over REST, below /api/v1/."""

from django.urls import path

from oversight.data.api import webhooks

ALL = "campaigns/<slug:slug>/webhooks/"
ONE = f"{ALL}<int:webhook_id>/"

urlpatterns = [
    path(ALL, webhooks.Webhooks.as_view(), name="api-webhooks"),
    path(ONE, webhooks.WebhookDetail.as_view(), name="api-webhook"),
    path(f"{ONE}secret/", webhooks.RotateWebhook.as_view(), name="api-webhook-secret"),
    path(f"{ONE}test/", webhooks.TestWebhook.as_view(), name="api-webhook-test"),
    path(f"{ONE}deliveries/", webhooks.WebhookDeliveries.as_view(), name="api-webhook-deliveries"),
    path(f"{ONE}replay/", webhooks.ReplayWebhook.as_view(), name="api-webhook-replay"),
]
