"""One's own notifications over REST."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.models import Notification, Scope
from oversight.people.api import user_of
from oversight.people.selectors.notifications import notifications_of
from oversight.people.services.notifications import mark_read
from oversight.rest.asking import Filters
from oversight.rest.ids import IdField
from oversight.rest.scopes import Access
from oversight.rest.views import RestList, RestView


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    campaign = serializers.SlugField(source="campaign.slug")

    class Meta:
        model = Notification
        fields = ["id", "at", "kind", "campaign", "text", "url", "read_at"]


class NotificationFilters(Filters):
    is_read = serializers.BooleanField(help_text="Read already, or new.")


class ReadSerializer(serializers.Serializer[Any]):
    ids = serializers.ListField(
        child=IdField(), required=False, max_length=1000, help_text="Left out: all that there are."
    )


class HowManySerializer(serializers.Serializer[Any]):
    marked = serializers.IntegerField(help_text="How many were new.")


class NotificationList(RestList):
    """What you were told, as far as you may still see it."""

    access = {"GET": Access(Scope.READ)}
    serializer_class = NotificationSerializer
    filter_class = NotificationFilters

    def get_queryset(self) -> QuerySet[Notification]:
        rows = notifications_of(user_of(self.request))
        if (is_read := self.wanted.get("is_read")) is not None:
            rows = rows.filter(read_at__isnull=not is_read)
        return rows


class NotificationsRead(RestView):
    """What you have read."""

    access = {"POST": Access(Scope.READ)}
    serializer_class = HowManySerializer

    @extend_schema(request=ReadSerializer, responses={200: HowManySerializer})
    def post(self, request: Request) -> HttpResponse:
        """Mark notifications of yours as read; those of others are left alone."""
        ids = self.read(ReadSerializer).get("ids")
        return Response({"marked": mark_read(user=user_of(request), ids=ids)})
