"""The shapes in which REST shows a campaign."""

from dataclasses import asdict

from rest_framework import serializers

from oversight.loop.selectors.progress import judgement_counts, preference_counts
from oversight.models import ActiveVersion, Campaign, CampaignState

STATE = ["state", "state_reason", "paused_at", "finished_at", "archived_at"]


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    state = serializers.ChoiceField(choices=CampaignState.choices, read_only=True)

    class Meta:
        model = Campaign
        fields = ["slug", "name", "created_at", *STATE]


class CampaignDetailSerializer(serializers.ModelSerializer[Campaign]):
    """With the versions at work, by role, and labels by who gave them: never added up."""

    guidelines = serializers.CharField(source="basics.guidelines", read_only=True)
    taxonomy = serializers.ListField(
        source="basics.taxonomy", child=serializers.CharField(), read_only=True
    )
    state = serializers.ChoiceField(choices=CampaignState.choices, read_only=True)
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
            *STATE,
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
