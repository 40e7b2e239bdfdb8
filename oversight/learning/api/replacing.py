"""May the critic replace people? Over REST."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from oversight.learning.selectors.replacing import Replacing, may_replace
from oversight.models import ModelVersion, Role, Scope
from oversight.people.api.views import CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access
from oversight.trust.policies.replacing.words import in_short, three_answers
from oversight.versions.selectors.active import active_version


class AgreementShareSerializer(serializers.Serializer[Any]):
    """A share with its 95 % interval; null where nothing was counted."""

    n = serializers.IntegerField(source="count")
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class AlternativeTestSerializer(serializers.Serializer[Any]):
    """The alternative annotator test (Calderon et al., 2025), at ε = 0.15. Names nobody."""

    may_replace = serializers.BooleanField(allow_null=True, help_text="Null: too little is known.")
    winning_rate = serializers.FloatField(allow_null=True, help_text="ω")
    advantage = serializers.FloatField(allow_null=True, help_text="ρ")
    people = serializers.SerializerMethodField(help_text="With 30 pairs or more.")
    missing_people = serializers.IntegerField()
    missing_items = serializers.IntegerField(help_text="Answers that are missing at least.")

    def get_people(self, test: Any) -> int:
        return len(test.people)


class AlikePairsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    pairs = serializers.IntegerField(help_text="Drawn by lot.")
    agreement = AgreementShareSerializer(help_text="Of those that people decided.")
    test = AlternativeTestSerializer()


class CorrectedSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class CriticCountSerializer(serializers.Serializer[Any]):
    """What the critic counts. Each couple: how many, of how many."""

    name = serializers.CharField(help_text="failing: answers; longer: the longer answer is better.")
    said = serializers.ListField(child=serializers.IntegerField())
    found = serializers.ListField(child=serializers.IntegerField(), help_text="Sensitivity.")
    left_alone = serializers.ListField(child=serializers.IntegerField(), help_text="Specificity.")
    corrected = CorrectedSerializer(allow_null=True)


class TakingSerializer(serializers.Serializer[Any]):
    """From which confidence its word is taken, by the audits of people alone."""

    is_calibrated = serializers.BooleanField()
    threshold = serializers.FloatField(allow_null=True)
    alpha = serializers.FloatField()
    delta = serializers.FloatField()
    pairs = serializers.IntegerField()
    accepted = serializers.IntegerField()
    wrong = serializers.IntegerField(source="errors")
    bound = serializers.FloatField(allow_null=True)
    missing = serializers.IntegerField()
    is_held = serializers.BooleanField(allow_null=True)


class OneAnswerSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["yes", "no", "open"])
    why = serializers.CharField()


class ReplacingSerializer(serializers.Serializer[Any]):
    version = serializers.StringRelatedField[Any]()
    version_id = serializers.IntegerField(source="version.pk")
    in_short = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    answers_by_people = serializers.IntegerField(source="asked.answers")
    with_critique_in_view = serializers.IntegerField(source="asked.assisted")
    answers_simulated = serializers.IntegerField(
        source="asked.simulated", help_text="Of simulated annotators; they are not counted."
    )
    places = AlikePairsSerializer(many=True)
    counts = CriticCountSerializer(many=True, source="rates")
    taking = TakingSerializer()

    def get_in_short(self, found: Replacing) -> str:
        return in_short(three_answers(found.test, found.rates, found.taking))

    @extend_schema_field(OneAnswerSerializer(many=True))
    def get_answers(self, found: Replacing) -> Any:
        answers = three_answers(found.test, found.rates, found.taking)
        return OneAnswerSerializer(answers, many=True).data


class VersionFilter(Filters):
    version = serializers.IntegerField(help_text="Of the critic; by default the one at work.")


class CriticAndPeople(CampaignView):
    """Whether the critic may replace people, by what people said of pairs that were drawn by lot."""

    access = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}
    serializer_class = ReplacingSerializer
    filter_class = VersionFilter

    def get(self, request: Request, slug: str) -> HttpResponse:
        """Return the three answers and the figures behind them. 404 where no critic is at work."""
        return self.show(may_replace(self.campaign, self._critic()))

    def _critic(self) -> ModelVersion:
        versions = ModelVersion.objects.filter(campaign=self.campaign, role=Role.CRITIC)
        if "version" in self.wanted:
            return get_object_or_404(versions, pk=self.wanted["version"])
        if critic := active_version(self.campaign, Role.CRITIC):
            return critic
        raise Http404("No critic is at work.")
