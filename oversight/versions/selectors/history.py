"""Every version that a campaign had, and which was put to work when."""

from django.db.models import QuerySet

from oversight.models import Campaign, ModelVersion, Promotion, Role


def versions_by_role(campaign: Campaign) -> dict[str, list[ModelVersion]]:
    """Return all versions, newest first, under each role's label."""
    rows = ModelVersion.objects.filter(campaign=campaign).with_status()
    rows = rows.select_related("parent", "trial")
    ordered = list(rows.order_by("-created_at", "-pk"))
    return {role.label: [row for row in ordered if row.role == role] for role in Role}


def promotion_history(campaign: Campaign, limit: int = 50) -> QuerySet[Promotion]:
    rows = Promotion.objects.filter(campaign=campaign)
    return rows.select_related("version", "previous", "promoted_by")[:limit]
