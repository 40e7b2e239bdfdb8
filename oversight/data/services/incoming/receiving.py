"""A file arrives, in one piece or in several; once it is whole, what it is gets guessed."""

import hashlib
import os
import unicodedata
from collections.abc import Iterable

from django.db import transaction

from oversight.data.importers import OWN_COLUMNS, guessing
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Campaign, Import, ImportState, User

from . import folder

MAX_BYTES = 64 * 2**30
MAX_NAME = 255
# Controls, marks that order or hide, lone surrogates, unassigned ones.
UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}


def begin_import(
    *, campaign: Campaign, user: User, file_name: str, expected_size: int | None = None
) -> Import:
    """Open an import that waits for its bytes. Raises InvalidCampaign where it would be too large."""
    if expected_size is not None and not 0 < expected_size <= MAX_BYTES:
        raise InvalidCampaign(f"a file has 1 byte to {MAX_BYTES // 2**30} GiB")
    return Import.objects.create(
        campaign=campaign,
        created_by=user,
        file_name=_plain(file_name)[-MAX_NAME:] or "file",
        expected_size=expected_size,
    )


def receive(*, import_id: int, offset: int, chunks: Iterable[bytes]) -> Import:
    """Append bytes that begin at `offset`, where the last ones ended.

    Raises WrongState with the right offset where they do not, or where the file is whole already.
    What was not received to its end may be sent again from the offset that the row says.
    """
    _receiving(Import.objects.get(pk=import_id), offset)
    # Whoever sends slowly holds the file and no row: others may look at the import, and cancel it.
    with folder.sole(import_id) as stream:
        row = _receiving(Import.objects.get(pk=import_id), offset)
        # What lies behind was never acknowledged.
        stream.truncate(offset)
        stream.seek(offset)
        most = row.expected_size if row.expected_size is not None else MAX_BYTES
        size = offset
        for chunk in chunks:
            size += stream.write(chunk)
            if size > most:
                raise WrongState(f"the file is longer than {most} bytes, which were announced")
        stream.flush()
        os.fsync(stream.fileno())
        with transaction.atomic():
            row = _receiving(Import.objects.select_for_update().get(pk=import_id), offset)
            row.size = size
            row.save(update_fields=["size"])
    return row


def _receiving(row: Import, offset: int) -> Import:
    if row.state != ImportState.RECEIVING:
        raise WrongState("the file was received to its end already")
    if offset != row.size:
        raise WrongState(f"{row.size} bytes are here: go on from there, not from {offset}")
    return row


def finish_receiving(*, import_id: int) -> Import:
    """Take the file for whole: name its content, guess what it is. Raises WrongState where it is not.

    A mapping of columns that was confirmed before for the same columns is taken again.
    """
    row = Import.objects.get(pk=import_id)
    if row.state != ImportState.RECEIVING:
        return row
    if not row.size or row.size != (row.expected_size or row.size):
        raise WrongState(_what_is_here(row))
    # Read before the row is locked: whoever cancels meanwhile does not wait.
    with folder.sole(row.pk) as stream:
        stream.truncate(row.size)
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        guess = guessing.guess(stream)
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=import_id)
        if (locked.state, locked.size) != (row.state, row.size):
            raise WrongState("the file was cancelled or went on meanwhile: look at it again")
        locked.sha256, locked.format = sha256, guess.format
        locked.column_names, locked.columns = list(guess.columns), guess.mapping or {}
        if locked.format == OWN_COLUMNS:
            _remember(locked)
        locked.state = ImportState.WAITING
        locked.save()
    return locked


def _what_is_here(row: Import) -> str:
    if row.expected_size is None:
        return "nothing of the file is here yet: send its bytes first"
    return f"{row.size} of {row.expected_size} bytes are here: send the rest first"


def _remember(row: Import) -> None:
    earlier = Import.objects.filter(
        campaign=row.campaign_id,
        state=ImportState.DONE,
        format=OWN_COLUMNS,
        column_names=row.column_names,
    ).first()
    if earlier:
        row.columns, row.source = earlier.columns, earlier.source


def _plain(name: str) -> str:
    """A name is shown, and never a path that is opened: nothing in it hides or turns around the rest."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if unicodedata.category(each) not in UNSEEN).strip()
