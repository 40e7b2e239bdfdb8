"""Model versions over REST."""

from django.db.models import QuerySet
from rest_framework import generics

from oversight.models import ModelVersion
from oversight.people.api import get_campaign
from oversight.rest.paging import ById
from oversight.versions.api.serializers import VersionSerializer


class VersionList(generics.ListAPIView[ModelVersion]):
    """Every version of the campaign's models; `status` says which are at work."""

    serializer_class = VersionSerializer
    pagination_class = ById
    queryset = ModelVersion.objects.none()

    def get_queryset(self) -> QuerySet[ModelVersion]:
        campaign = get_campaign(self.request, self.kwargs["slug"])
        return ModelVersion.objects.filter(campaign=campaign).with_status()
