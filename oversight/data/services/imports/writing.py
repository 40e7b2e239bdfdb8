"""The rows of one file, written batch by batch within the caller's transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO, Any

from django.db import DataError, connection

from oversight.data.importers import NOTHING_TOLD, OWN_COLUMNS, Source, Told, read_rows
from oversight.data.importers.reads import Met, quoted
from oversight.data.importers.rows import (
    JudgedRow,
    KnownRow,
    LabelledRow,
    PreferenceRow,
    QueryRow,
    SolvedRow,
    SteppedRow,
)
from oversight.errors import InvalidCampaign
from oversight.models import (
    Comment,
    Critique,
    Judgement,
    Preference,
    Query,
    Response,
    ReviewItem,
)
from oversight.statements import count_so_far

from .batches import Imported, Target, in_batches
from .known import write_known
from .labelled import write_labelled
from .majorities import prefer_majorities
from .stepped import write_stepped
from .writers import write_judged, write_preferences, write_queries, write_solved

WRITERS: dict[type, Callable[[Target, Any], None]] = {
    QueryRow: write_queries,
    SolvedRow: write_solved,
    JudgedRow: write_judged,
    PreferenceRow: write_preferences,
    SteppedRow: write_stepped,
    KnownRow: write_known,
    LabelledRow: write_labelled,
}

GROWING = (Query, Response, ReviewItem, Judgement, Preference, Critique, Comment)


@dataclass(frozen=True)
class File:
    """A file to import. `watch` is told after each batch how many rows and bytes were read."""

    stream: IO[bytes]
    format: str
    told: Told = NOTHING_TOLD
    watch: Callable[[int, int], None] = lambda rows, taken: None


def write_file(target: Target, file: File) -> Imported:
    """Write all that the file holds. Raises BadRows with the lines, unless the target leaves bad rows
    out, and InvalidCampaign where PostgreSQL refuses something or no row has a column that was told.
    """
    _plan_for_growth()
    source = Source(file.stream)
    met = Met(file.told.columns.values())
    told = replace(file.told, met=met)
    rows = read_rows(source, file.format, told, leave_out=target.leave_out)
    count = 0
    try:
        for number, batch in enumerate(in_batches(rows, source), start=1):
            WRITERS[type(batch[0])](target, batch)
            count += len(batch)
            if number.bit_count() == 1:  # each time that there are twice as many
                count_so_far(GROWING)
            file.watch(count, source.taken)
    except DataError as error:
        raise InvalidCampaign(f"the file holds what cannot be kept: {error}") from error
    if file.format == OWN_COLUMNS and met.missing:
        raise InvalidCampaign(f"no row has the column {quoted(met.missing)}; nothing was imported")
    target.imported.unused = sorted(met.others)
    prefer_majorities(target)
    return target.imported


def _plan_for_growth() -> None:
    """Let the rest of the transaction look rows up by index alone.

    What it writes is in no statistics before it ends: a table that was empty still seems so to the
    planner, to the checks of foreign keys above all, whose plans are kept. Those are made anew and
    run with each statement, since they would else be queued, for every row, until the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
