"""`xstest_prompts.csv` of paul-rottger/exaggerated-safety: queries by type."""

from collections.abc import Iterator

from oversight.data.importers import checks
from oversight.data.importers.reading import Numbered, Readable, csv_records
from oversight.data.importers.rows import QueryRow


def records(stream: Readable) -> Iterator[Numbered]:
    return csv_records(stream)


def parse(line: int, value: object) -> QueryRow:
    row = checks.record(value)
    checks.only_queries(row)
    return QueryRow(
        line, checks.filled(row, "prompt"), node=checks.filled(row, "type", max_chars=200)
    )
