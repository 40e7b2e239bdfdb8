"""A campaign's people over REST."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.errors import InvalidCampaign
from oversight.models import CampaignMember, MemberRole, Scope
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.people.services.members import add_member, remove_member
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access
from oversight.rest.text import TextField


class MemberSerializer(serializers.ModelSerializer[CampaignMember]):
    username = serializers.CharField(source="user.username")
    is_simulated = serializers.BooleanField(source="user.is_simulated")

    class Meta:
        model = CampaignMember
        fields = ["id", "username", "role", "is_simulated"]


class NewMemberSerializer(serializers.Serializer[Any]):
    username = TextField(max_length=150, help_text="The name that they sign in with.")
    role = serializers.ChoiceField(choices=MemberRole.choices)


class MemberFilters(Filters):
    role = serializers.ChoiceField(choices=MemberRole.choices)
    username = serializers.CharField(help_text="The exact name.")


class MemberList(CampaignRows):
    """Who belongs to the campaign, once for each role, and the door to add somebody."""

    access = {
        "GET": Access(Scope.READ, Permission.MANAGE_PEOPLE),
        "POST": Access(Scope.PEOPLE_WRITE, Permission.MANAGE_PEOPLE),
    }
    serializer_class = MemberSerializer
    filter_class = MemberFilters

    def get_queryset(self) -> QuerySet[CampaignMember]:
        rows = CampaignMember.objects.filter(campaign=self.campaign).select_related("user")
        if name := self.wanted.get("username"):
            rows = rows.filter(user__username=name)
        if role := self.wanted.get("role"):
            rows = rows.filter(role=role)
        return rows

    @extend_schema(request=NewMemberSerializer, responses={201: MemberSerializer})
    def post(self, request: Request, slug: str) -> HttpResponse:
        """Give a person who has an account a role. 409 where they have it."""
        wanted = self.read(NewMemberSerializer)
        try:
            member = add_member(campaign=self.campaign, by=user_of(request), **wanted)
        except InvalidCampaign as error:
            raise ValidationError({"username": [f"{error}: make the account first."]}) from error
        return self.show(member, status=201)


class MemberDetail(CampaignView):
    """One person in one role."""

    access = {
        "GET": Access(Scope.READ, Permission.MANAGE_PEOPLE),
        "DELETE": Access(Scope.PEOPLE_WRITE, Permission.MANAGE_PEOPLE),
    }
    serializer_class = MemberSerializer

    def get(self, request: Request, slug: str, member_id: int) -> HttpResponse:
        return self.show(self._member(member_id))

    def delete(self, request: Request, slug: str, member_id: int) -> Response:
        """Take the role away; what they judged stays. 409 for the last owner."""
        remove_member(member=self._member(member_id), by=user_of(request))
        return Response(status=204)

    def _member(self, member_id: int) -> CampaignMember:
        rows = CampaignMember.objects.select_related("user")
        return get_object_or_404(rows, campaign=self.campaign, pk=member_id)
