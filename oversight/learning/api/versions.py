"""The learner over its versions, over REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from oversight.learning.services.versions_watch import watched_versions
from oversight.models import Scope
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.scopes import Access


class WatchedSerializer(serializers.Serializer[Any]):
    """A figure, and its parent's on the same queries with the 95 % interval of the change."""

    value = serializers.FloatField()
    n = serializers.IntegerField()
    before = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    is_loss = serializers.BooleanField(help_text="Changed for the worse beyond chance.")


class VarietySerializer(serializers.Serializer[Any]):
    distinct = WatchedSerializer(allow_null=True, help_text="distinct-2 of greedy answers.")
    alike = WatchedSerializer(allow_null=True, help_text="Self-BLEU of greedy answers.")
    length = WatchedSerializer(allow_null=True, help_text="Words an answer.")
    pass_first = WatchedSerializer(allow_null=True, help_text="pass@1.")
    pass_many = WatchedSerializer(allow_null=True, help_text="pass@k.")
    k = serializers.IntegerField(source="many", help_text="As many samples as all queries have.")


class FreshSerializer(serializers.Serializer[Any]):
    labels = serializers.IntegerField()
    human = serializers.IntegerField()
    new = serializers.IntegerField(help_text="People's, since the version before.")


class PleasingSerializer(serializers.Serializer[Any]):
    kl = serializers.FloatField(help_text="From the first version, nats a token, summed by update.")
    critic = serializers.FloatField()
    truth = serializers.FloatField()
    n = serializers.IntegerField()


class WatchedVersionSerializer(serializers.Serializer[Any]):
    version = serializers.StringRelatedField[Any]()
    version_id = serializers.IntegerField(source="version.pk")
    variety = VarietySerializer()
    fresh = FreshSerializer(allow_null=True)
    pleasing = PleasingSerializer(allow_null=True)


class LearnerVersions(CampaignView):
    """What the versions of the learner say, each against the one it came from."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
    serializer_class = WatchedVersionSerializer

    @extend_schema(responses=WatchedVersionSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """Return the newest twelve that answered anything, the newest first."""
        return Response(WatchedVersionSerializer(watched_versions(self.campaign), many=True).data)
