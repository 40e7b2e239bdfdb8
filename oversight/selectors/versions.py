from oversight.models import ActiveVersion, Campaign, ModelVersion


def active_version(campaign: Campaign, role: str) -> ModelVersion | None:
    """Return the version at work in a role, or None where the campaign has none."""
    row = (
        ActiveVersion.objects.filter(campaign=campaign, role=role).select_related("version").first()
    )
    return row.version if row else None
