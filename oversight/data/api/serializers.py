"""The shapes in which REST takes queries and shows them and preferences. Services decide."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oversight.campaigns.services.brought_queries import TakenIn
from oversight.campaigns.services.queries import MAX_QUERY_CHARS
from oversight.data.importers.checks import answer_key
from oversight.models import Query
from oversight.rest.asking import refuse_unknown_fields
from oversight.rest.text import NameField, TextField


class QuerySerializer(serializers.ModelSerializer[Query]):
    """The reference answer is never shown."""

    class Meta:
        model = Query
        fields = [
            *("id", "text", "text_sha256", "origin", "split", "node", "cluster", "brought_by"),
            *("follows", "created_at"),
        ]


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
    brought_by = NameField(
        max_length=100,
        required=False,
        default="",
        allow_blank=True,
        help_text="The program that wrote it against this learner, with its version: “garak 0.17”.",
    )
    strategy = NameField(
        max_length=100,
        required=False,
        default="",
        allow_blank=True,
        help_text="How that program came to it, as it calls that.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Refuse answers, as an import does, and what there is not: it would be lost without a word."""
        if isinstance(data, dict) and (key := answer_key(data)):
            raise serializers.ValidationError(
                {key: ["Queries have no answers. Name the right answer “reference”."]}
            )
        if isinstance(data, dict):
            refuse_unknown_fields(data, self.fields)
        return super().to_internal_value(data)


class DuplicateSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place in what was sent, from 0.")
    query_id = serializers.IntegerField(help_text="The query of exactly this text.")


class ConflictSerializer(DuplicateSerializer):
    field = serializers.ChoiceField(choices=["reference", "node"])
    kept = serializers.CharField(help_text="What the query has, and keeps.")
    brought = serializers.CharField(help_text="What was sent.")


class AddedQueriesSerializer(serializers.Serializer[TakenIn]):
    created = serializers.SerializerMethodField()
    duplicates = DuplicateSerializer(many=True, source="added.duplicates")
    conflicts = ConflictSerializer(many=True, source="added.conflicts")
    too_near = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Places of a program's queries that were left out: they are like a held-out query.",
    )

    @extend_schema_field(QuerySerializer(many=True))
    def get_created(self, taken: TakenIn) -> Any:
        rows = Query.objects.filter(pk__in=taken.added.new_ids).order_by("pk")
        return QuerySerializer(rows, many=True).data


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
    kind = serializers.CharField(help_text="compared or rewritten.")
    item = serializers.IntegerField(help_text="What was asked. 0: no item was.")
    judgement = serializers.IntegerField(help_text="What decided it. 0: not known.")
    annotator = serializers.CharField(help_text="Whose judgement, under a name of this campaign's.")
    propensity = serializers.FloatField(help_text="That a person was asked. 0: not known.")
    strength = serializers.IntegerField(help_text="1 slightly to 3 clearly. 0: not said.")
    critique_shown = serializers.CharField(help_text="yes, no, or empty: not known.")
    generator = serializers.CharField(
        help_text="How the pair came to be: best_of_k or self_refine; empty where no round made it."
    )
    split = serializers.CharField()
    snapshot = serializers.CharField(help_text="The snapshot's hash, empty outside of one.")
