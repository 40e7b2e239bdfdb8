"""A confirmed file is read and written in one transaction, by one worker at a time.

Who has it holds an advisory lock in that transaction: where the worker dies its connection goes, and
the lock with it, and the next to ask starts over. Nothing of the first try was written.
"""

import json
import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from oversight.data.importers import Refused, Told
from oversight.data.services.imports import File, Imported, Target, import_into
from oversight.data.services.imports.campaign import share_of
from oversight.dispatch import send_after_commit
from oversight.errors import BadRows, OversightError
from oversight.models import Import, ImportState, Split

from . import folder
from .deciding import QUEUE, TASK

logger = logging.getLogger(__name__)
# One of our own among PostgreSQL's advisory locks, which have two numbers.
LOCK_SPACE = 7_340_011
SHOWN, SHOWN_CHARS = 100, 200
TELL_SECONDS = 0.5
A_DAY = 86_400.0


class Cancelled(OversightError):
    """Somebody does not want the file any more."""


class Kept:
    """The refused rows of one import, on disk as they come up; the first ones at hand."""

    def __init__(self, import_id: int) -> None:
        self._stream = folder.refused_of(import_id).open("w", encoding="utf-8")
        self.count = 0
        self.first: list[tuple[int, str]] = []

    def __call__(self, row: Refused) -> None:
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append((row.line, row.reason))
        line = {"line": row.line, "reason": row.reason, "row": row.value}
        self._stream.write(json.dumps(line, default=repr) + "\n")

    def close(self) -> None:
        self._stream.close()


def dispatch_imports() -> None:
    """Wake a worker where an import is due: the message may be lost, or its worker dead."""
    with transaction.atomic():
        if any(_lock(pk) for pk in _due()):
            send_after_commit(TASK, queue=QUEUE)


def run_imports() -> None:
    """Read every file that is due and that nobody else is reading, the oldest first."""
    for import_id in _due():
        run_import(import_id)


def run_import(import_id: int) -> None:
    """Read one file; whatever comes of it is in its row."""
    mine = Import.objects.filter(pk=import_id, state=ImportState.QUEUED)
    mine.update(state=ImportState.RUNNING)
    kept: Kept | None = None
    try:
        with transaction.atomic():
            if not _lock(import_id):
                return
            row = Import.objects.select_related("campaign", "created_by").get(pk=import_id)
            if row.state != ImportState.RUNNING:
                return
            kept = Kept(import_id)
            _conclude(row, _read(row, kept), kept)
    except BadRows as error:
        words = f"{error.how_many}; nothing was imported"
        _give_up(import_id, ImportState.FAILED, words, errors=error.errors)
    except Cancelled:
        _give_up(import_id, ImportState.CANCELLED, "")
        folder.remove(import_id)
    except OversightError as error:
        _give_up(import_id, ImportState.FAILED, str(error))
    except OSError as error:
        _give_up(import_id, ImportState.FAILED, f"the file cannot be read: {error.strerror}")
    except Exception:
        logger.exception("import %s could not be read", import_id)
        _give_up(import_id, ImportState.FAILED, "something went wrong that is not the file's fault")
    else:
        folder.remove(import_id, keep_refused=True)
    finally:
        if kept:
            kept.close()


def sweep_imports() -> None:
    """Drop files that nobody confirmed for a day, and what lies there of those that ended."""
    oldest = timezone.now() - timedelta(seconds=A_DAY)
    waiting = [ImportState.RECEIVING, ImportState.WAITING]
    Import.objects.filter(state__in=waiting, created_at__lt=oldest).update(
        state=ImportState.CANCELLED,
        ended_at=timezone.now(),
        reason="nobody confirmed it within a day",
    )
    ended = [ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED]
    alive = Import.objects.exclude(state__in=ended).values_list("pk", flat=True)
    folder.remove_older_than(A_DAY, but=set(alive))


def _due() -> list[int]:
    due = Import.objects.filter(state__in=[ImportState.QUEUED, ImportState.RUNNING])
    return list(due.order_by("pk").values_list("pk", flat=True))


def _lock(import_id: int) -> bool:
    """Take the import until the transaction ends; False where somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, import_id])
        (is_mine,) = cursor.fetchone()
    return bool(is_mine)


def _read(row: Import, kept: Kept) -> Imported:
    target = Target(
        row.campaign,
        share_of(row.format, row.held_out_share),
        row.created_by,
        leave_out=kept if row.keeps_good else None,
    )
    told = Told(row.source, row.columns, row.asks_people)
    with folder.file_of(row.pk).open("rb") as stream:
        file = File(stream, row.format, told, _watching(row.pk))
        return import_into(target=target, file=file)


def _watching(import_id: int) -> Callable[[int, int], None]:
    """Return what is told how far the reading is: tells it on, and stops where that is wished."""
    last = 0.0

    def watch(rows: int, taken: int) -> None:
        nonlocal last
        if time.monotonic() - last < TELL_SECONDS:
            return
        last = time.monotonic()
        folder.tell_progress(import_id, rows, taken)
        # Read committed: what others have said meanwhile is seen.
        if Import.objects.filter(pk=import_id, is_cancel_requested=True).exists():
            raise Cancelled

    return watch


def _conclude(row: Import, imported: Imported, kept: Kept) -> None:
    row.counts = dict(+imported.counts)
    row.report = _report(imported, kept)
    row.state, row.ended_at = ImportState.DONE, timezone.now()
    row.save(update_fields=["counts", "report", "state", "ended_at"])


def _report(imported: Imported, kept: Kept) -> dict[str, Any]:
    queries = imported.campaign.queries
    return {
        "duplicates": {
            "count": len(imported.duplicate_lines),
            "lines": imported.duplicate_lines[:SHOWN],
        },
        "near": {
            "count": imported.near.count,
            "lines": imported.near.first,
            "compared": imported.near.compared,
            "is_cut_short": imported.near.is_cut_short,
        },
        "conflicts": {
            "count": len(imported.conflicts),
            "words": [str(each) for each in imported.conflicts[:SHOWN]],
        },
        "refused": {"count": kept.count, "lines": kept.first},
        "unused": {
            "count": len(imported.unused),
            "names": [_kept(name) for name in imported.unused[:SHOWN]],
        },
        "held_out": queries.filter(split=Split.HELD_OUT, pk__gt=imported.last_before).count(),
    }


def _kept(name: str) -> str:
    """Return a column's name, cut short, as PostgreSQL can hold it: what it refuses as its escape."""
    plain = name.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    return plain[:SHOWN_CHARS]


def _give_up(
    import_id: int, state: ImportState, reason: str, errors: Sequence[tuple[int, str]] = ()
) -> None:
    """Say what came of it, once, whoever else has said it meanwhile."""
    running = Import.objects.filter(pk=import_id, state=ImportState.RUNNING)
    running.update(
        state=state,
        reason=reason,
        ended_at=timezone.now(),
        report={"refused": {"count": len(errors), "lines": errors[:SHOWN]}} if errors else {},
    )
