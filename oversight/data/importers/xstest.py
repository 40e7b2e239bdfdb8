"""`xstest_prompts.csv` of paul-rottger/exaggerated-safety: queries by type."""

from collections.abc import Iterator

from . import checks
from .reading import Numbered, Readable, csv_records
from .rows import QueryRow


def records(stream: Readable) -> Iterator[Numbered]:
    return csv_records(stream)


def parse(line: int, value: object) -> QueryRow:
    row = checks.record(value)
    checks.only_queries(row)
    return QueryRow(
        line, checks.filled(row, "prompt"), node=checks.filled(row, "type", max_chars=200)
    )
