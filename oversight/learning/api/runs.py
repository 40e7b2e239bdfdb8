"""Training runs and evaluations over REST."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from oversight.learning.services.training_runs import cancel_training
from oversight.models import Evaluation, RunState, Scope, TrainingRun
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, Permission.SEE_CAMPAIGN)}


class TrainingRunSerializer(serializers.ModelSerializer[TrainingRun]):
    round = serializers.IntegerField(
        source="round.number", default=None, allow_null=True, help_text="Its number."
    )
    parent = serializers.StringRelatedField[TrainingRun](  # type: ignore[assignment]
    )  # a column, not Field.parent
    result_version = serializers.StringRelatedField[TrainingRun](allow_null=True)
    is_stopping = serializers.BooleanField(source="is_cancel_requested")
    warnings = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = TrainingRun
        fields = [
            *("id", "round", "role", "state", "is_stopping", "reason", "snapshot_id", "parent"),
            *("result_version", "result_version_id", "warnings"),
            *("created_at", "started_at", "finished_at"),
        ]


class TrainingRunDetailSerializer(TrainingRunSerializer):
    """With its settings and its metrics as they come."""

    metrics = serializers.ListField(child=serializers.DictField())
    critic_gap = serializers.DictField(
        help_text="How much better than chance the critic's choice was before it, with its interval."
    )

    class Meta(TrainingRunSerializer.Meta):
        fields = [*TrainingRunSerializer.Meta.fields, "settings", "metrics", "critic_gap"]


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """What the gate said of a candidate, and why."""

    round = serializers.IntegerField(
        source="round.number", default=None, allow_null=True, help_text="Its number."
    )
    candidate = serializers.StringRelatedField[Evaluation]()
    baseline = serializers.StringRelatedField[Evaluation]()
    reasons = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Evaluation
        fields = [
            *("id", "round", "role", "candidate", "candidate_id", "baseline", "baseline_id"),
            *("is_promoted", "reasons", "metrics", "created_at"),
        ]


class RunFilters(Filters):
    state = serializers.ChoiceField(choices=RunState.choices)


class EvaluationFilters(Filters):
    is_promoted = serializers.BooleanField()


class TrainingRunList(CampaignRows):
    """The updates of the campaign's learner, and of its critic where that learns."""

    access = READ
    serializer_class = TrainingRunSerializer
    filter_class = RunFilters

    def get_queryset(self) -> QuerySet[TrainingRun]:
        return runs_of(self).defer("metrics", "settings", "result").filter(**self.wanted)


class TrainingRunDetail(CampaignView):
    """One update."""

    access = READ
    serializer_class = TrainingRunDetailSerializer

    def get(self, request: Request, slug: str, run_id: int) -> HttpResponse:
        return self.show(get_object_or_404(runs_of(self), pk=run_id))


class TrainingRunStop(CampaignView):
    """An update is stopped."""

    access = {"POST": Access(Scope.ROUNDS_WRITE, Permission.RUN_ROUNDS)}
    serializer_class = TrainingRunDetailSerializer

    @extend_schema(request=None, responses={200: TrainingRunDetailSerializer})
    def post(self, request: Request, slug: str, run_id: int) -> HttpResponse:
        """Ask the training to stop; the version at work stays. 409 where it has ended."""
        self.read_nothing()
        cancel_training(run=get_object_or_404(runs_of(self), pk=run_id))
        return self.show(get_object_or_404(runs_of(self), pk=run_id))


class EvaluationList(CampaignRows):
    """Candidates against what was at work."""

    access = READ
    serializer_class = EvaluationSerializer
    filter_class = EvaluationFilters

    def get_queryset(self) -> QuerySet[Evaluation]:
        return evaluations_of(self).filter(**self.wanted)


class EvaluationDetail(CampaignView):
    """One candidate against what was at work."""

    access = READ
    serializer_class = EvaluationSerializer

    def get(self, request: Request, slug: str, evaluation_id: int) -> HttpResponse:
        return self.show(get_object_or_404(evaluations_of(self), pk=evaluation_id))


def runs_of(view: CampaignView) -> QuerySet[TrainingRun]:
    rows = TrainingRun.objects.filter(campaign=view.campaign)
    return rows.select_related("round", "parent", "result_version")


def evaluations_of(view: CampaignView) -> QuerySet[Evaluation]:
    rows = Evaluation.objects.filter(campaign=view.campaign)
    return rows.select_related("round", "candidate", "baseline")
