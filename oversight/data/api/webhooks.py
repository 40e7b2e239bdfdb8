"""Webhooks over REST: the same as the pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.data.selectors.webhooks import webhooks_of
from oversight.data.services import webhooks as services
from oversight.errors import InvalidWebhook
from oversight.models import EventKind, Scope, WebhookDelivery, WebhookEndpoint
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access

T = TypeVar("T")
KINDS = [choice for choice in EventKind.choices if choice[0] != EventKind.TEST]
READ = {"GET": Access(Scope.READ, Permission.RUN_WEBHOOKS)}
WRITE = Access(Scope.DATA_WRITE, Permission.RUN_WEBHOOKS)
SENT_AGAIN = {"type": "object", "properties": {"sent_again": {"type": "integer"}}}


class WebhookSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    """The secret is in the answer that makes it, and in no other."""

    events = serializers.ListField(child=serializers.ChoiceField(choices=KINDS), min_length=1)
    waiting = serializers.IntegerField(read_only=True, default=0)
    dead = serializers.IntegerField(read_only=True, default=0, help_text="Messages given up.")

    class Meta:
        model = WebhookEndpoint
        fields = ["id", "url", "events", "waiting", "dead", "disabled_because", "created_at"]
        read_only_fields = ["disabled_because"]


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="whsec_…, shown this once.")


class NewWebhookSerializer(WebhookSerializer):
    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]
        read_only_fields = ["disabled_because", "secret"]


class WebhookDeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    class Meta:
        model = WebhookDelivery
        fields = [
            *("id", "message_id", "kind", "data", "state", "attempts"),
            *("happened_at", "next_at", "ended_at", "outcome"),
        ]


class Webhooks(CampaignRows):
    access = {**READ, "POST": WRITE}
    serializer_class = WebhookSerializer

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return webhooks_of(self.campaign)

    @extend_schema(request=WebhookSerializer, responses={201: NewWebhookSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Tell an address of these events from now on. The answer has its secret, this once."""
        asked = self.read(WebhookSerializer)
        endpoint = _done(
            lambda: services.add_webhook(campaign=self.campaign, user=user_of(request), **asked)
        )
        return Response(NewWebhookSerializer(endpoint).data, status=status.HTTP_201_CREATED)


class OneWebhook(CampaignView):
    """An address below one webhook's."""

    endpoint: WebhookEndpoint

    def enter(self, request: Request) -> None:
        super().enter(request)
        rows = webhooks_of(self.campaign)
        self.endpoint = get_object_or_404(rows, pk=self.kwargs["webhook_id"])


class WebhookDetail(OneWebhook):
    access = {**READ, "PATCH": WRITE, "DELETE": WRITE}
    serializer_class = WebhookSerializer
    unversioned = frozenset({"waiting", "dead"})

    def get(self, request: Request, slug: str, webhook_id: int) -> HttpResponse:
        return self.show(self.endpoint)

    @extend_schema(request=WebhookSerializer)
    def patch(self, request: Request, slug: str, webhook_id: int) -> HttpResponse:
        """Change where it goes or what it is told."""
        with transaction.atomic():
            WebhookEndpoint.objects.select_for_update().get(pk=self.endpoint.pk)
            row = webhooks_of(self.campaign).get(pk=self.endpoint.pk)
            self.demand_match(row)
            former = {"url": row.url, "events": row.events}
            asked = former | self.read(WebhookSerializer, partial=True)
            _done(lambda: services.change_webhook(endpoint=row, **asked))
        return self.show(row)

    def delete(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Tell it nothing more, and forget what it was told."""
        services.remove_webhook(endpoint=self.endpoint)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotateWebhook(OneWebhook):
    access = {"POST": WRITE}

    @extend_schema(request=None, responses=SecretSerializer)
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Make a new secret. The one before signs beside it for a day."""
        self.read_nothing()
        return Response({"secret": services.rotate_secret(endpoint=self.endpoint)})


class TestWebhook(OneWebhook):
    access = {"POST": WRITE}

    @extend_schema(request=None, responses={202: WebhookDeliverySerializer})
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Tell it something that did not happen."""
        self.read_nothing()
        delivery = services.send_test(endpoint=self.endpoint)
        return Response(WebhookDeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class WebhookDeliveries(CampaignRows, OneWebhook):
    """What an address was told, and what came of it."""

    access = READ
    serializer_class = WebhookDeliverySerializer

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        return self.endpoint.deliveries.all()


class ReplayWebhook(OneWebhook):
    access = {"POST": WRITE}

    @extend_schema(request=None, responses={200: OpenApiResponse(SENT_AGAIN)})
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Send again all that was given up; the ids of the messages stay."""
        self.read_nothing()
        return Response({"sent_again": services.replay(endpoint=self.endpoint)})


def _done(act: Callable[[], T]) -> T:
    try:
        return act()
    except InvalidWebhook as error:
        field = "events" if "event" in str(error) else "url"
        raise ValidationError({field: [str(error)]}) from error
