"""Somebody says what a file is and that it shall come in, or that it shall not."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from oversight.data.importers import FORMATS, OWN_COLUMNS, guessing
from oversight.data.importers.formats.columns import ROLES
from oversight.data.importers.reads import quoted
from oversight.data.importers.said import SOURCES
from oversight.dispatch import send_after_commit
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Act, Import, ImportState
from oversight.people.services.audit import record_act

from . import folder

QUEUE = "control"
TASK = "oversight.tasks.run_imports"
MOST_NAMES = 20


def describe_import(
    *,
    import_id: int,
    format: str,
    source: str = "",
    columns: Mapping[str, str] | None = None,
    held_out_share: float = 0.1,
    keeps_good: bool = False,
    asks_people: bool = False,
) -> Import:
    """Say what the file is and how to take it, before it is confirmed.

    One that failed waits anew, while its file is there. Raises InvalidCampaign where that makes no
    sense, as where the file has no such column, WrongState where it was confirmed already.
    """
    with transaction.atomic():
        row = _waiting(import_id, ImportState.FAILED)
        _check(format, source, columns or {}, held_out_share)
        if not folder.file_of(row.pk).exists():
            raise WrongState("the file is here no more: send it again")
        if format == OWN_COLUMNS:
            _check_columns(row, columns or {})
        row.state, row.ended_at, row.reason = ImportState.WAITING, None, ""
        row.format, row.source = format, source
        row.columns = dict(columns or {}) if format == OWN_COLUMNS else {}
        row.held_out_share = held_out_share
        row.keeps_good, row.asks_people = keeps_good, asks_people
        row.save()
    return row


def confirm_import(*, import_id: int) -> Import:
    """Let a worker read the file. Raises WrongState where it does not wait for that."""
    with transaction.atomic():
        row = _waiting(import_id)
        if row.format == OWN_COLUMNS and "prompt" not in row.columns:
            raise InvalidCampaign(_what_is_missing(row))
        row.state = ImportState.QUEUED
        row.save(update_fields=["state"])
        record_act(Act.IMPORT_CONFIRMED, campaign=row.campaign, file=row.file_name)
        send_after_commit(TASK, queue=QUEUE)
    return row


def cancel_import(*, import_id: int) -> Import:
    """Drop the file; one that is being read is dropped at its next batch, and nothing is written.

    Raises WrongState where it has ended.
    """
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=import_id)
        if row.has_ended:
            raise WrongState(f"the import has ended: {row.get_state_display()}")
        row.is_cancel_requested = True
        if row.state != ImportState.RUNNING:
            row.state, row.ended_at = ImportState.CANCELLED, timezone.now()
            transaction.on_commit(lambda: folder.remove(import_id))
        row.save(update_fields=["is_cancel_requested", "state", "ended_at"])
        record_act(Act.IMPORT_CANCELLED, campaign=row.campaign, file=row.file_name)
    return row


def _waiting(import_id: int, *others: ImportState) -> Import:
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state not in (ImportState.WAITING, *others):
        raise WrongState(f"the import does not wait to be confirmed: {row.get_state_display()}")
    return row


def _what_is_missing(row: Import) -> str:
    """Return what keeps a file without a query from being read: where nothing is a row, why."""
    if row.column_names:
        return f"say which column is the query: {', '.join(row.column_names[:MOST_NAMES])}"
    with folder.file_of(row.pk).open("rb") as stream:
        return f"nothing in the file can be read as rows: {guessing.first_fault(stream)}"


def _check_columns(row: Import, columns: Mapping[str, str]) -> None:
    """Refuse one column in two parts, and one that the file does not have: what it was to be would be
    missing in every row, which imports without it.

    Rows of JSON may have columns that come up late (`guessing.missing_columns`).
    """
    parts: dict[str, str] = {}
    for role, column in columns.items():
        if column in parts:
            raise InvalidCampaign(f"the column “{column}” is said to be {parts[column]} and {role}")
        parts[column] = role
    if not (unknown := parts.keys() - set(row.column_names)):
        return
    with folder.file_of(row.pk).open("rb") as stream:
        if missing := guessing.missing_columns(stream, sorted(unknown)):
            known = ", ".join(row.column_names[:MOST_NAMES])
            raise InvalidCampaign(f"the file has no column {quoted(missing)}; it has {known}")


def _check(format: str, source: str, columns: Mapping[str, str], share: float) -> None:
    if format not in FORMATS:
        raise InvalidCampaign(f"there is no format {format!r}")
    if source and source not in SOURCES:
        raise InvalidCampaign(f"who judged must be one of {', '.join(SOURCES)}")
    if unknown := columns.keys() - ROLES.keys():
        raise InvalidCampaign(f"a column cannot be {', '.join(sorted(unknown))}")
    if not 0 <= share < 1:
        raise InvalidCampaign(f"the held-out share must be in [0, 1), not {share:g}")
