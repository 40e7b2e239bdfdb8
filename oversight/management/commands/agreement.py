"""manage.py agreement LABELS.csv [--gold GOLD.csv]: how far annotators agree, as JSON."""

import json
import math
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.importers.reading import csv_records
from oversight.importers.rows import RowError
from oversight.policies.agreement_report import report_agreement
from oversight.policies.labels import encode_labels


class Command(BaseCommand):
    help = "Print the agreement of annotators and their Dawid–Skene model as one JSON object."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("labels", type=Path, help="CSV with columns item, annotator, label")
        parser.add_argument("--gold", type=Path, help="CSV with columns item, label")
        parser.add_argument(
            "--level", choices=["nominal", "ordinal", "interval"], default="nominal",
            help="what Krippendorff's α takes the labels for",
        )  # fmt: skip
        parser.add_argument(
            "--smoothing", type=float, default=0.01,
            help="added to each cell of an annotator's confusion (Dawid–Skene)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        rows = _read(options["labels"], ("item", "annotator", "label"))
        table = encode_labels([(row[0], row[1], row[2]) for row in rows])
        if options["level"] != "nominal":
            _check_numbers(options["level"], table.values)
        if not 0 <= options["smoothing"] < math.inf:
            raise CommandError("--smoothing must be 0 or more")
        gold = _read_gold(options["gold"], table.items) if options["gold"] else None
        report = report_agreement(
            table, gold, level=options["level"], smoothing=options["smoothing"]
        )
        self.stdout.write(json.dumps(report, ensure_ascii=False))


def _read_gold(path: Path, items: list[str]) -> dict[str, str]:
    gold: dict[str, str] = {}
    for item, label in _read(path, ("item", "label")):
        if gold.setdefault(item, label) != label:
            raise CommandError(f"{path}: item {item!r} is both {gold[item]!r} and {label!r}")
    if not gold.keys() & set(items):
        raise CommandError(f"{path}: no labelled item is in it")
    return gold


def _read(path: Path, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the named columns of each row; CommandError names the file, the line and the fault."""
    rows = []
    try:
        with path.open("rb") as stream:
            for line, row in csv_records(stream):
                if isinstance(row, RowError):
                    raise CommandError(f"{path}:{line}: {row}")
                if absent := [column for column in columns if column not in row]:
                    raise CommandError(f"{path}: no column {absent[0]!r} in the header")
                cells = tuple((row.get(column) or "").strip() for column in columns)
                if not all(cells):
                    lacking = columns[cells.index("")]
                    raise CommandError(f"{path}:{line}: nothing in column {lacking!r}")
                rows.append(cells)
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    if not rows:
        raise CommandError(f"{path}: no rows")
    return rows


def _check_numbers(level: str, values: list[str]) -> None:
    """Raise CommandError for a value that is no finite number: words have no known order."""
    for value in values:
        try:
            is_number = math.isfinite(float(value))
        except ValueError:
            is_number = False
        if not is_number:
            raise CommandError(f"--level {level} needs numbers: {value!r} is none")
