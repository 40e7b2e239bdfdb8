"""The workers, as they last said that they are there."""

from datetime import datetime, timedelta

from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.utils import timezone

from oversight.models import Worker
from oversight.telemetry.code import code_version

# Three times missed (they say it every quarter of a minute): it hangs, or was killed.
SILENT = timedelta(seconds=50)


def workers() -> "QuerySet[Worker]":
    """Return all, by name, with `is_silent` and `is_older` (its code, than this process's)."""
    return Worker.objects.annotate(
        is_silent=_whether(seen_at__lt=last_seen_by(timezone.now())),
        is_older=_whether(code__lt=code_version()),
        is_newer=_whether(code__gt=code_version()),
    ).order_by(F("name"))


def last_seen_by(now: datetime) -> datetime:
    """Return the time before which a worker that lives would not have been silent."""
    return now - SILENT


def _whether(**condition: object) -> Case:
    return Case(
        When(**condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
