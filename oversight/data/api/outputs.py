"""What models wrote, over REST: responses, and critiques with their comments."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from oversight.asking.selectors.blindness import responses_kept_blind
from oversight.models import (
    Comment,
    CriticVerdict,
    Critique,
    CrossAnswer,
    CrossOutcome,
    CrossQuestion,
    CrossVerdict,
    Purpose,
    Response,
    Scope,
)
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.rest.asking import Filters
from oversight.rest.ids import IdField
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, Permission.SEE_TEXTS)}


class ResponseSerializer(serializers.ModelSerializer[Response]):
    """Without the reasoning before the answer, which is never shown."""

    version = serializers.StringRelatedField[Response](allow_null=True)

    class Meta:
        model = Response
        fields = [
            *("id", "query_id", "version", "version_id", "revises_id", "purpose", "sample"),
            *(
                "after_critique_id",
                "text",
                "sampling",
                "prompt_hash",
                "logprob",
                "tokens",
                "finish_reason",
            ),
            *("latency_ms", "created_at"),
        ]


class CritiqueCommentSerializer(serializers.ModelSerializer[Comment]):
    principle = serializers.IntegerField(
        source="principle.number", default=None, allow_null=True, help_text="The rule's number."
    )

    class Meta:
        model = Comment
        fields = [
            *("id", "number", "quote", "quote_match", "start", "end", "severity", "category"),
            *("principle", "explanation", "suggested_fix", "confidence", "revises_id"),
        ]


class CritiqueSerializer(serializers.ModelSerializer[Critique]):
    """`verdict` and `p_flawed` are null where the output did not parse: never 0, never guessed."""

    version = serializers.StringRelatedField[Critique](allow_null=True)
    comments = CritiqueCommentSerializer(many=True)

    class Meta:
        model = Critique
        fields = [
            *("id", "response_id", "other_response_id", "version", "version_id", "sample"),
            *("summary", "verdict", "p_flawed", "comments", "prompt_hash", "created_at"),
        ]


class CrossVerdictSerializer(serializers.ModelSerializer[CrossVerdict]):
    """`outcome` is null where the output did not parse. Without a version the domain said it."""

    version = serializers.StringRelatedField[CrossVerdict](allow_null=True)

    class Meta:
        model = CrossVerdict
        fields = ["outcome", "version", "version_id", "domain", "prompt_hash", "created_at"]


class CrossAnswerSerializer(serializers.ModelSerializer[CrossAnswer]):
    """Without the reasoning before the answer, which is never shown."""

    version = serializers.StringRelatedField[CrossAnswer]()
    verdict = CrossVerdictSerializer(allow_null=True, default=None)

    class Meta:
        model = CrossAnswer
        fields = [
            *("version", "version_id", "text", "sampling", "prompt_hash", "logprob", "tokens"),
            *("finish_reason", "latency_ms", "created_at", "verdict"),
        ]


class CrossQuestionSerializer(serializers.ModelSerializer[CrossQuestion]):
    """What a response claims, and a question for it; empty both where an examiner's could not be read."""

    version = serializers.StringRelatedField[CrossQuestion](allow_null=True)
    answer = CrossAnswerSerializer(allow_null=True, default=None)

    class Meta:
        model = CrossQuestion
        fields = [
            *("id", "response_id", "number", "claim", "text", "version", "version_id", "domain"),
            *("sampling", "prompt_hash", "created_at", "answer"),
        ]


class ResponseFilters(Filters):
    query_id = IdField()
    version_id = IdField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)


class CritiqueFilters(Filters):
    response_id = IdField()
    version_id = IdField()
    verdict = serializers.ChoiceField(choices=CriticVerdict.choices)


class CrossQuestionFilters(Filters):
    response_id = IdField()
    outcome = serializers.ChoiceField(
        choices=CrossOutcome.choices, source="answer__verdict__outcome"
    )


class ResponseList(CampaignRows):
    """The answers to the campaign's queries."""

    access = READ
    serializer_class = ResponseSerializer
    filter_class = ResponseFilters

    def get_queryset(self) -> QuerySet[Response]:
        return responses_of(self).filter(**self.wanted)


class ResponseDetail(CampaignView):
    """One answer."""

    access = READ
    serializer_class = ResponseSerializer

    def get(self, request: Request, slug: str, response_id: int) -> HttpResponse:
        return self.show(get_object_or_404(responses_of(self), pk=response_id))


class CritiqueList(CampaignRows):
    """What critics, and people, wrote of the responses."""

    access = READ
    serializer_class = CritiqueSerializer
    filter_class = CritiqueFilters

    def get_queryset(self) -> QuerySet[Critique]:
        return critiques_of(self).filter(**self.wanted)


class CritiqueDetail(CampaignView):
    """One critique with its comments."""

    access = READ
    serializer_class = CritiqueSerializer

    def get(self, request: Request, slug: str, critique_id: int) -> HttpResponse:
        return self.show(get_object_or_404(critiques_of(self), pk=critique_id))


class CrossQuestionList(CampaignRows):
    """What was asked again about the responses, with what came back and whether it contradicts them."""

    access = READ
    serializer_class = CrossQuestionSerializer
    filter_class = CrossQuestionFilters

    def get_queryset(self) -> QuerySet[CrossQuestion]:
        rows = CrossQuestion.objects.filter(response__query__campaign=self.campaign, **self.wanted)
        fetched = rows.select_related("version", "answer__version", "answer__verdict__version")
        return fetched.defer("raw_text", "answer__reasoning", "answer__verdict__raw_text")


def responses_of(view: CampaignView) -> QuerySet[Response]:
    """Return the campaign's, but for people's texts in place of what who asks is to judge first."""
    hidden = responses_kept_blind(user_of(view.request), view.campaign)
    rows = Response.objects.filter(query__campaign=view.campaign)
    rows = rows.exclude(purpose=Purpose.REWRITE, revises__in=hidden)
    return rows.select_related("version").defer("reasoning")


def critiques_of(view: CampaignView) -> QuerySet[Critique]:
    """Return the campaign's, but for what people wrote of responses that who asks is to judge first."""
    hidden = responses_kept_blind(user_of(view.request), view.campaign)
    rows = Critique.objects.filter(response__query__campaign=view.campaign).defer("raw_text")
    rows = rows.exclude(author__isnull=False, response__in=hidden)
    return rows.select_related("version").prefetch_related("comments__principle")
