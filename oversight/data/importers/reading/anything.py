"""Whatever holds records: told by its first bytes, never by its name alone."""

from collections.abc import Iterator

from oversight.data.importers.rows import EndsReading

from .archives import MAGIC as ZIP
from .arrays import json_array
from .documents import json_lines
from .kinds import BOM
from .lines import Numbered
from .packed import Source
from .parquet import MAGIC, parquet_records
from .tables import csv_records

DELIMITERS = (",", "\t", ";")


def any_records(source: Source) -> Iterator[Numbered]:
    """Yield the records of JSON lines, a JSON array, a table (CSV) or a Parquet file."""
    head = source.peek()
    match container_of(head):
        case "parquet":
            return parquet_records(source)
        case "zip":
            reason = "an archive: of those the logs of inspect_ai are read alone"
            return iter([(1, EndsReading(reason))])
        case "json":
            return json_array(source)
        case "jsonl":
            return json_lines(source)
        case _:
            return csv_records(source, delimiter_of(head))


def container_of(head: bytes) -> str:
    """Return what a file that begins like this is: parquet, zip, json, jsonl or csv."""
    if head.startswith(MAGIC):
        return "parquet"
    if head.startswith(ZIP):
        return "zip"
    text = head.removeprefix(BOM).lstrip()
    if text.startswith(b"["):
        return "json"
    return "jsonl" if text.startswith(b"{") or not text else "csv"


def delimiter_of(head: bytes) -> str:
    """Return what parts the names in a table's first line, a comma where nothing says otherwise.

    Lines may end in CR alone.
    """
    header = next((line for line in head.splitlines() if line.strip()), b"")
    return max(DELIMITERS, key=lambda delimiter: header.count(delimiter.encode()))
