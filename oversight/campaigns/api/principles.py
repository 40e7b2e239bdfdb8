"""The campaign's constitution over REST."""

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.campaigns.api.serializers import PrincipleSerializer, PrincipleTextSerializer
from oversight.campaigns.services.campaigns import add_principle, change_principle, retire_principle
from oversight.models import Principle, Scope
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, Permission.CHANGE_SETTINGS)}
WRITE = Access(Scope.CAMPAIGNS_WRITE, Permission.CHANGE_SETTINGS)


class PrincipleFilters(Filters):
    number = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    is_current = serializers.BooleanField(help_text="Neither changed nor retired.")


class PrincipleList(CampaignRows):
    """Every version of every rule, and the door to add one."""

    access = {**READ, "POST": WRITE}
    serializer_class = PrincipleSerializer
    filter_class = PrincipleFilters

    def get_queryset(self) -> QuerySet[Principle]:
        rows = Principle.objects.filter(campaign=self.campaign)
        if (number := self.wanted.get("number")) is not None:
            rows = rows.filter(number=number)
        if (is_current := self.wanted.get("is_current")) is not None:
            rows = rows.filter(retired_at__isnull=is_current)
        return rows

    @extend_schema(request=PrincipleTextSerializer, responses={201: PrincipleSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Add a rule under the next number."""
        wanted = self.read(PrincipleTextSerializer)
        return self.show(add_principle(campaign=self.campaign, **wanted), status=201)


class PrincipleDetail(CampaignView):
    """The latest version of one rule, by its number."""

    access = {**READ, "PATCH": WRITE, "DELETE": WRITE}
    serializer_class = PrincipleSerializer

    def get(self, request: Request, slug: str, number: int) -> HttpResponse:
        return self.show(get_object_or_404(self._versions(number)[:1]))

    @extend_schema(request=PrincipleTextSerializer)
    def patch(self, request: Request, slug: str, number: int) -> HttpResponse:
        """Write the next version; comments keep citing what they cited."""
        with transaction.atomic():
            row = get_object_or_404(self._versions(number).select_for_update()[:1])
            self.demand_match(row)
            changed = change_principle(principle=row, **self.read(PrincipleTextSerializer))
        return self.show(changed)

    def delete(self, request: Request, slug: str, number: int) -> Response:
        """Take the rule out of use. 409 where it is already."""
        retire_principle(principle=get_object_or_404(self._versions(number)[:1]))
        return Response(status=204)

    def _versions(self, number: int) -> QuerySet[Principle]:
        rows = Principle.objects.filter(campaign=self.campaign, number=number)
        return rows.order_by("-version")
