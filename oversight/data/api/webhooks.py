"""Webhooks over REST: the same as the pages, for admins and engineers."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oversight.data.selectors.webhooks import webhooks_of
from oversight.data.services import webhooks as services
from oversight.errors import InvalidWebhook, WrongState
from oversight.models import EventKind, WebhookDelivery, WebhookEndpoint
from oversight.people.api import get_campaign, user_of
from oversight.people.selectors import ENGINEERS
from oversight.web.paging import ById

from .queries import Conflict

KINDS = [choice for choice in EventKind.choices if choice[0] != EventKind.TEST]


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


class Webhooks(generics.ListAPIView[WebhookEndpoint]):
    serializer_class = WebhookSerializer
    pagination_class = ById
    queryset = WebhookEndpoint.objects.none()

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return webhooks_of(get_campaign(self.request, self.kwargs["slug"], ENGINEERS))

    @extend_schema(request=WebhookSerializer, responses={201: NewWebhookSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Tell an address of these events from now on. The answer has its secret, this once."""
        campaign = get_campaign(request, slug, ENGINEERS)
        asked = _checked(request)
        with_user = {**asked, "campaign": campaign, "user": user_of(request)}
        endpoint = _done(lambda: services.add_webhook(**with_user))
        return Response(NewWebhookSerializer(endpoint).data, status=status.HTTP_201_CREATED)


class WebhookDetail(APIView):
    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, slug: str, webhook_id: int) -> Response:
        return Response(WebhookSerializer(_found(request, slug, webhook_id)).data)

    @extend_schema(request=WebhookSerializer, responses=WebhookSerializer)
    def put(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Change where it goes and what it is told."""
        endpoint = _found(request, slug, webhook_id)
        asked = _checked(request)
        _done(lambda: services.change_webhook(endpoint=endpoint, **asked))
        return Response(WebhookSerializer(endpoint).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, webhook_id: int) -> Response:
        services.remove_webhook(endpoint=_found(request, slug, webhook_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotateWebhook(APIView):
    @extend_schema(request=None, responses=SecretSerializer)
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Make a new secret. The one before signs beside it for a day."""
        secret = services.rotate_secret(endpoint=_found(request, slug, webhook_id))
        return Response({"secret": secret})


class TestWebhook(APIView):
    @extend_schema(request=None, responses={202: WebhookDeliverySerializer})
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        endpoint = _found(request, slug, webhook_id)
        delivery = _done(lambda: services.send_test(endpoint=endpoint))
        return Response(WebhookDeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class WebhookDeliveries(generics.ListAPIView[WebhookDelivery]):
    """What an address was told, and what came of it."""

    serializer_class = WebhookDeliverySerializer
    pagination_class = ById
    queryset = WebhookDelivery.objects.none()

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        kwargs = self.kwargs
        return _found(self.request, kwargs["slug"], kwargs["webhook_id"]).deliveries.all()


class ReplayWebhook(APIView):
    @extend_schema(
        request=None,
        responses={
            200: OpenApiResponse(
                {"type": "object", "properties": {"sent_again": {"type": "integer"}}}
            )
        },
    )
    def post(self, request: Request, slug: str, webhook_id: int) -> Response:
        """Send again all that was given up; the ids of the messages stay."""
        return Response({"sent_again": services.replay(endpoint=_found(request, slug, webhook_id))})


def _found(request: Request, slug: str, webhook_id: int) -> WebhookEndpoint:
    rows = webhooks_of(get_campaign(request, slug, ENGINEERS))
    return get_object_or_404(rows, pk=webhook_id)


def _checked(request: Request) -> dict[str, Any]:
    asked = WebhookSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    return {name: asked.validated_data[name] for name in ("url", "events")}


def _done(act: Any) -> Any:
    try:
        return act()
    except InvalidWebhook as error:
        raise ValidationError({"url": [str(error)]}) from error
    except WrongState as error:
        raise Conflict(str(error)) from error
