"""Every version that a campaign had, and which was put to work when."""

from django.db.models import Exists, F, OuterRef, QuerySet

from oversight.models import Campaign, Evaluation, ModelVersion, Promotion, Role


def versions_by_role(campaign: Campaign) -> dict[str, list[ModelVersion]]:
    """Return all versions, newest first, under each role's label.

    Each with its `status`, the `round_number` that trained it, whether the gate refused it, whether
    it was taken away for one that had been at work before (`is_taken_back`), and whether it can be
    put before the gate (`may_be_compared`).
    """
    refusals = Evaluation.objects.filter(candidate=OuterRef("pk"), is_promoted=False)
    before = Promotion.objects.filter(version=OuterRef("version"), pk__lt=OuterRef("pk"))
    rollbacks = Promotion.objects.filter(Exists(before), previous=OuterRef("pk"))
    rows = ModelVersion.objects.filter(campaign=campaign).with_status()
    rows = rows.annotate(
        round_number=F("training_run__round__number"),
        is_refused=Exists(refusals),
        is_taken_back=Exists(rollbacks),
    ).select_related("parent", "trial", "delivery", "training_run")
    ordered = list(rows.order_by("-created_at", "-pk"))
    for row in ordered:
        is_new = row.status in ("candidate", "refused")  # type: ignore[attr-defined]
        row.may_be_compared = (  # type: ignore[attr-defined]
            row.role == Role.LEARNER and is_new and not row.is_refused  # type: ignore[attr-defined]
        )
    return {role.label: [row for row in ordered if row.role == role] for role in Role}


def promotion_history(campaign: Campaign, limit: int = 50) -> QuerySet[Promotion]:
    rows = Promotion.objects.filter(campaign=campaign)
    return rows.select_related("version", "previous", "promoted_by")[:limit]
