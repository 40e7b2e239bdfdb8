"""What happened to an item besides answers: it was skipped, flagged, or is held."""

from collections.abc import Iterator

from annotate.models import Assignment, AssignmentState, Flag
from oversight.models import ReviewItem
from oversight.pages.selectors.life import Event


def item_events(item: ReviewItem) -> list[Event]:
    """Two queries."""
    return [*_assignments(item), *_flags(item)]


def _assignments(item: ReviewItem) -> Iterator[Event]:
    held = [AssignmentState.SKIPPED, AssignmentState.LEASED]
    rows = Assignment.objects.filter(item=item, state__in=held, flag__isnull=True)
    for row in rows.select_related("annotator"):
        words = "skipped it" if row.state == AssignmentState.SKIPPED else "has it now"
        yield Event(
            row.leased_at,
            row.annotator.username,
            f"{words}: {row.reason}" if row.reason else f"{words}.",
        )


def _flags(item: ReviewItem) -> Iterator[Event]:
    rows = Flag.objects.filter(assignment__item=item)
    for row in rows.select_related("assignment__annotator", "settled_by"):
        words = f"flagged it, {row.get_kind_display().lower()}: {row.reason}"
        yield Event(row.created_at, row.assignment.annotator.username, words)
        if row.settled_at:
            who = row.settled_by.username if row.settled_by else "–"
            yield Event(row.settled_at, who, "settled the flag.")
