"""The shapes that REST shows and takes. No business logic: services decide."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from models_srv.texts import with_lf
from oversight.campaigns.services.queries import MAX_QUERY_CHARS, AddedQueries
from oversight.data.importers.checks import answer_key
from oversight.loop.selectors.progress import judgement_counts, preference_counts
from oversight.models import ActiveVersion, Campaign, ModelVersion, Query, Round


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    class Meta:
        model = Campaign
        fields = ["slug", "name", "created_at", "archived_at"]


class CampaignDetailSerializer(serializers.ModelSerializer[Campaign]):
    """With the versions at work, by role, and labels by who gave them: never added up."""

    active_versions = serializers.SerializerMethodField()
    judgements = serializers.SerializerMethodField()
    preferences = serializers.SerializerMethodField()

    class Meta:
        model = Campaign
        fields = [
            "slug",
            "name",
            "guidelines",
            "taxonomy",
            "created_at",
            "archived_at",
            "active_versions",
            "judgements",
            "preferences",
        ]

    def get_active_versions(self, campaign: Campaign) -> dict[str, str]:
        active = ActiveVersion.objects.filter(campaign=campaign).select_related("version")
        return {row.role: str(row.version) for row in active}

    def get_judgements(self, campaign: Campaign) -> dict[str, int]:
        return asdict(judgement_counts(campaign))

    def get_preferences(self, campaign: Campaign) -> dict[str, int]:
        return asdict(preference_counts(campaign))


class QuerySerializer(serializers.ModelSerializer[Query]):
    """The reference answer is never shown."""

    class Meta:
        model = Query
        fields = ["id", "text", "text_sha256", "origin", "split", "node", "cluster", "created_at"]


class TextField(serializers.CharField):
    """A string as it was sent: numbers are not turned into text, white space is kept. Lines end in LF."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return with_lf(str(super().to_internal_value(data)))


class NewQuerySerializer(serializers.Serializer[Any]):
    text = TextField(max_length=MAX_QUERY_CHARS)
    node = TextField(max_length=200, required=False, default="", allow_blank=True)
    reference = TextField(
        max_length=MAX_QUERY_CHARS,
        required=False,
        default="",
        allow_blank=True,
        help_text="A reference answer. Kept, and shown to nobody who judges.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse answers, as an import does: they would be lost without a word."""
        if isinstance(data, dict) and (key := answer_key(data)):
            raise serializers.ValidationError(
                {key: ["Queries have no answers. Name the right answer “reference”."]}
            )
        return super().to_internal_value(data)

    def validate_text(self, value: str) -> str:
        if not value.strip():
            raise serializers.ValidationError("This field may not be blank.")
        return value


class DuplicateSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place in what was sent, from 0.")
    query_id = serializers.IntegerField(help_text="The query of exactly this text.")


class ConflictSerializer(DuplicateSerializer):
    field = serializers.ChoiceField(choices=["reference", "node"])
    kept = serializers.CharField(help_text="What the query has, and keeps.")
    brought = serializers.CharField(help_text="What was sent.")


class AddedQueriesSerializer(serializers.Serializer[AddedQueries]):
    created = serializers.SerializerMethodField()
    duplicates = DuplicateSerializer(many=True)
    conflicts = ConflictSerializer(many=True)

    @extend_schema_field(QuerySerializer(many=True))
    def get_created(self, added: AddedQueries) -> Any:
        rows = Query.objects.filter(pk__in=added.new_ids).order_by("pk")
        return QuerySerializer(rows, many=True).data


class VersionSerializer(serializers.ModelSerializer[ModelVersion]):
    status = serializers.ChoiceField(
        choices=["active", "retired", "candidate", "trying", "refused"], read_only=True
    )
    parent_id = serializers.IntegerField(allow_null=True, read_only=True)

    class Meta:
        model = ModelVersion
        fields = [
            "id",
            "role",
            "name",
            "revision",
            "status",
            "backend",
            "sha256",
            "parent_id",
            "created_at",
        ]


class RoundSerializer(serializers.ModelSerializer[Round]):
    learner = serializers.StringRelatedField[ModelVersion]()
    attacker = serializers.StringRelatedField[ModelVersion](allow_null=True)
    critic = serializers.StringRelatedField[ModelVersion](allow_null=True)
    cancelled_in = serializers.CharField(
        read_only=True, help_text="The stage at which it was cancelled; empty where it was not."
    )

    class Meta:
        model = Round
        fields = [
            "number",
            "stage",
            "learner",
            "attacker",
            "critic",
            "outcome",
            "cancelled_in",
            "created_at",
            "finished_at",
        ]


class StageProgressSerializer(serializers.Serializer[Any]):
    """Units of work of one stage; in review, the items for people."""

    stage = serializers.CharField()
    state = serializers.ChoiceField(choices=["done", "now", "later", "cancelled"])
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    running = serializers.IntegerField()
    failed = serializers.IntegerField()
    waiting_reasons = serializers.ListField(child=serializers.CharField())
    failed_reasons = serializers.ListField(child=serializers.CharField())


class RoundDetailSerializer(RoundSerializer):
    stages = StageProgressSerializer(many=True, read_only=True)

    class Meta(RoundSerializer.Meta):
        fields = [*RoundSerializer.Meta.fields, "stages"]


class PreferenceRowSerializer(serializers.Serializer[Any]):
    """One line of the stream, as TRL's DPOTrainer reads it, with where it came from."""

    prompt = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    chosen = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    rejected = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    id = serializers.IntegerField()
    query_sha256 = serializers.CharField()
    node = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a column, not Field.source
    p_w = serializers.FloatField()
    p_l = serializers.FloatField()
    weight = serializers.FloatField()
    chosen_version = serializers.CharField()
    rejected_version = serializers.CharField()
    round = serializers.IntegerField(help_text="0: in no round.")
    created_at = serializers.DateTimeField()
