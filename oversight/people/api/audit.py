"""The audit log over REST."""

from django.db.models import QuerySet
from rest_framework import serializers

from oversight.models import Act, AuditEntry, Scope
from oversight.people.api.views import CampaignRows
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.audit import entries_of
from oversight.rest.asking import Filters
from oversight.rest.scopes import Access


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    act = serializers.ChoiceField(choices=Act.choices)
    by_id = serializers.IntegerField(
        allow_null=True, help_text="Who did it; null: nobody asked, it was due."
    )
    details = serializers.DictField(help_text="What the act was about; people by their id.")

    class Meta:
        model = AuditEntry
        fields = [
            *("id", "number", "at", "act", "by_id", "address", "token", "details"),
            *("content_sha256", "previous_sha256", "sha256"),
        ]


class AuditFilters(Filters):
    act = serializers.ChoiceField(choices=Act.choices)
    person = serializers.CharField(help_text="Who did it: the name that they sign in with.")
    since = serializers.DateField(help_text="From this day on (UTC).")
    until = serializers.DateField(help_text="Up to this day, with it (UTC).")


class AuditLog(CampaignRows):
    """What was done that takes a privilege, from the first entry on."""

    access = {"GET": Access(Scope.READ, Permission.SEE_AUDIT_LOG)}
    serializer_class = AuditEntrySerializer
    filter_class = AuditFilters

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return entries_of(self.campaign, **self.wanted)
