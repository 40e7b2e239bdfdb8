from oversight.models import ActiveVersion, Campaign, ModelVersion, Trial, TrialState


def active_version(campaign: Campaign, role: str) -> ModelVersion | None:
    """Return the version at work in a role, or None where the campaign has none."""
    row = (
        ActiveVersion.objects.filter(campaign=campaign, role=role).select_related("version").first()
    )
    return row.version if row else None


def is_being_tried(campaign: Campaign, role: str) -> bool:
    """Whether somebody chose a version for the role that no worker has tried yet."""
    return Trial.objects.filter(
        version__campaign=campaign, version__role=role, state=TrialState.WAITING
    ).exists()


def is_at_work(version: ModelVersion) -> bool:
    """Whether a version is at work; to be read `with_status`."""
    return getattr(version, "status", "") == "active"
