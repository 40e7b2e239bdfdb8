"""Campaigns over REST."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from oversight.models import Campaign
from oversight.pages.api.serializers import CampaignDetailSerializer, CampaignSerializer
from oversight.people.api import get_campaign, user_of
from oversight.rest.paging import ById


class CampaignList(generics.ListAPIView[Campaign]):
    """The campaigns that you are a member of."""

    serializer_class = CampaignSerializer
    pagination_class = ById
    queryset = Campaign.objects.none()

    def get_queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.visible_to(user_of(self.request))


class CampaignDetail(APIView):
    """One campaign: what it is, the versions at work, and labels by who gave them."""

    @extend_schema(responses=CampaignDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        campaign = get_campaign(request, slug)
        return Response(CampaignDetailSerializer(campaign).data)
