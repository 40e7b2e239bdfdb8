"""The labels that a version learned from."""

from django.db.models.functions import Left

from oversight.models import Snapshot, SnapshotRow

PER_PAGE = 50
TEXT_SHOWN = 300


def labels_behind(snapshot: Snapshot, after: int) -> list[SnapshotRow]:
    """Return the rows of a page, after this position, and one more where there is another page.

    Each has `shown_text`, the beginning of its query.
    """
    rows = (
        SnapshotRow.objects.filter(snapshot=snapshot, position__gt=after)
        .select_related("preference__query", "preference__judgement__user")
        .defer("preference__query__text", "preference__query__raw_text")
        .annotate(shown_text=Left("preference__query__text", TEXT_SHOWN))
    )
    found: list[SnapshotRow] = list(rows.order_by("position")[: PER_PAGE + 1])
    for row in found:
        row.harm = snapshot.campaign.care.harm_words(row.preference.query.node)  # type: ignore[attr-defined]
    return found
