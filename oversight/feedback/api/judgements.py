"""Judgements over REST, with what was said of each comment. Names never leave: pseudonyms do."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request

from oversight.asking.selectors.blindness import kept_blind
from oversight.models import CommentVerdict, Judgement, Scope, Source
from oversight.people.api import user_of
from oversight.people.api.views import CampaignRows, CampaignView
from oversight.people.policies.permissions import Permission
from oversight.people.policies.pseudonyms import pseudonym
from oversight.rest.asking import Filters
from oversight.rest.ids import IdField
from oversight.rest.scopes import Access

READ = {"GET": Access(Scope.READ, Permission.SEE_TEXTS)}


class VerdictSerializer(serializers.ModelSerializer[CommentVerdict]):
    class Meta:
        model = CommentVerdict
        fields = ["comment_id", "verdict", "action"]


class JudgementSerializer(serializers.ModelSerializer[Judgement]):
    annotator = serializers.SerializerMethodField(
        help_text="Who judged, under a name that is the same throughout the campaign; empty: no person."
    )
    version = serializers.StringRelatedField[Judgement](allow_null=True)
    round = serializers.IntegerField(
        source="round.number", default=None, allow_null=True, help_text="Its number."
    )
    is_standing = serializers.BooleanField(
        help_text="Neither superseded nor taken back, of an item that was not withdrawn."
    )
    comment_verdicts = VerdictSerializer(many=True)

    class Meta:
        model = Judgement
        fields = [
            *("id", "query_id", "response_a_id", "response_b_id", "item_id", "round", "source"),
            *("annotator", "version", "choice", "p_a_better", "strength", "overall", "rationale"),
            *("order_shown", "was_critique_shown", "arm", "arm_propensity", "propensity"),
            *("seconds", "supersedes_id", "is_retraction", "is_standing", "comment_verdicts"),
            "created_at",
        ]

    def get_annotator(self, judgement: Judgement) -> str:
        label = judgement.annotator_label and f"label:{judgement.annotator_label}"
        who = f"user:{judgement.user_id}" if judgement.user_id else label
        return pseudonym(judgement.query.campaign.pseudonym_secret, who) if who else ""


class JudgementFilters(Filters):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a column, not Field.source
        choices=Source.choices
    )
    round = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text="Its number.")
    item_id = IdField()
    query_id = IdField()
    is_standing = serializers.BooleanField()


class JudgementList(CampaignRows):
    """Who said what of which responses, corrections included."""

    access = READ
    serializer_class = JudgementSerializer
    filter_class = JudgementFilters

    def get_queryset(self) -> QuerySet[Judgement]:
        wanted = dict(self.wanted)
        if "round" in wanted:
            wanted["round__number"] = wanted.pop("round")
        return judgements_of(self).filter(**wanted)


class JudgementDetail(CampaignView):
    """One judgement."""

    access = READ
    serializer_class = JudgementSerializer

    def get(self, request: Request, slug: str, judgement_id: int) -> HttpResponse:
        return self.show(get_object_or_404(judgements_of(self), pk=judgement_id))


def judgements_of(view: CampaignView) -> QuerySet[Judgement]:
    """Return the campaign's, but for those of items that who asks is to answer first."""
    hidden = kept_blind(user_of(view.request), view.campaign)
    rows = Judgement.objects.filter(query__campaign=view.campaign).exclude(item__in=hidden)
    rows = rows.with_standing()
    return rows.select_related("version", "round", "query__campaign").prefetch_related(
        "comment_verdicts"
    )
