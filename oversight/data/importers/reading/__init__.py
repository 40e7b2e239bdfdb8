"""From bytes to records with line numbers, within bounds of time and memory."""

from .anything import any_records, container_of
from .archives import zipped_json
from .arrays import json_array
from .documents import json_lines
from .lines import MAX_LINE_BYTES, Numbered, Readable
from .packed import Source
from .parquet import parquet_records
from .tables import Cells, csv_records

__all__ = [
    "MAX_LINE_BYTES",
    "Cells",
    "Numbered",
    "Readable",
    "Source",
    "any_records",
    "container_of",
    "csv_records",
    "json_array",
    "json_lines",
    "parquet_records",
    "zipped_json",
]
