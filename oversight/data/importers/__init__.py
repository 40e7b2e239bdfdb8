"""Reading files of other people's making. Nothing here writes: a service does, in one transaction.

A format is a way to cut bytes into records and a way to check one record: `catalogue.py`.
"""

from .catalogue import FORMATS, OWN_COLUMNS, Format, Told
from .reading import Source
from .row_reader import NOTHING_TOLD, Refused, read_rows
from .rows import (
    Answer,
    GivenCritique,
    JudgedRow,
    KnownRow,
    Label,
    LabelledRow,
    Note,
    PreferenceRow,
    QueryRow,
    Row,
    RowError,
    SolvedRow,
    SteppedRow,
)

__all__ = [
    "FORMATS",
    "NOTHING_TOLD",
    "OWN_COLUMNS",
    "Answer",
    "Format",
    "GivenCritique",
    "JudgedRow",
    "KnownRow",
    "Label",
    "LabelledRow",
    "Note",
    "PreferenceRow",
    "QueryRow",
    "Refused",
    "Row",
    "RowError",
    "SolvedRow",
    "Source",
    "SteppedRow",
    "Told",
    "read_rows",
]
