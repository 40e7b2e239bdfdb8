"""manage.py agreement LABELS.csv [--gold GOLD.csv]: how far annotators agree, as JSON."""

import json
import math
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.data.importers.reading import csv_records
from oversight.data.importers.rows import RowError
from oversight.management.posteriors import write_posteriors
from oversight.statistics.labels import LabelTable, encode_labels
from oversight.trust.policies.annotators.agreement_report import (
    posteriors_by_item,
    report_agreement,
)
from oversight.trust.policies.annotators.label_tidying import (
    Vote,
    look_alikes,
    one_vote_each,
    tidy_name,
    tidy_value,
)

IN_REPORT = "-"


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
            "--smoothing", type=float,
            help="added to each cell of an annotator's confusion (Dawid–Skene); without it how much "
            "each is drawn to the whole crowd's is chosen by the likelihood of labels held out",
        )  # fmt: skip
        parser.add_argument(
            "--class-shares", action="store_true", help="add how common each true value is"
        )
        parser.add_argument(
            "--posteriors", nargs="?", const=IN_REPORT, metavar="FILE",
            help="add P(true value) of each item to the report, or write it to a .csv or .jsonl file",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        smoothing, posteriors = options["smoothing"], options["posteriors"]
        if smoothing is not None and not 0 <= smoothing < math.inf:
            raise CommandError("--smoothing must be 0 or more")
        if posteriors not in (None, IN_REPORT) and Path(posteriors).suffix not in (
            ".csv",
            ".jsonl",
        ):
            raise CommandError(f"--posteriors writes .csv or .jsonl files, not {posteriors}")
        table, notes = _read_labels(options["labels"], options["level"])
        gold = _read_gold(options["gold"], table.items) if options["gold"] else None
        report, fit = report_agreement(
            table, gold, level=options["level"], smoothing=smoothing, notes=notes
        )
        if options["class_shares"]:
            report["class_shares"] = dict(zip(table.values, map(float, fit.prior), strict=True))
        if posteriors == IN_REPORT:
            report["posteriors"] = dict(posteriors_by_item(table, fit))
        elif posteriors:
            try:
                write_posteriors(Path(posteriors), table.values, posteriors_by_item(table, fit))
            except OSError as error:
                raise CommandError(f"cannot write {posteriors}: {error.strerror}") from error
        self.stdout.write(json.dumps(report, ensure_ascii=False))


def _read_labels(path: Path, level: str) -> tuple[LabelTable, list[str]]:
    """Return one vote per person and item, and what to say of the others."""
    rows = _read(path, ("item", "annotator", "label"))
    if level != "nominal":
        _check_numbers(level, [label for _, (_, _, label) in rows])
        rows = [(line, (*cells[:2], tidy_value(repr(float(cells[2]))))) for line, cells in rows]
    votes, notes = one_vote_each(Vote(line, *cells) for line, cells in rows)
    table = encode_labels([vote[1:] for vote in votes])
    named = {"items": table.items, "annotators": table.annotators, "labels": table.values}
    return table, [*notes, *(say for kind in named for say in look_alikes(kind, named[kind]))]


def _read_gold(path: Path, items: list[str]) -> dict[str, str]:
    gold: dict[str, str] = {}
    for line, (item, label) in _read(path, ("item", "label")):
        if gold.setdefault(item, label) != label:
            raise CommandError(f"{path}:{line}: item {item!r} is both {gold[item]!r} and {label!r}")
    if not gold.keys() & set(items):
        raise CommandError(f"{path}: no labelled item is in it")
    return gold


def _read(path: Path, columns: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the named columns of each row, tidied, with its line."""
    try:
        with path.open("rb") as stream:
            rows = [(line, cells) for line, cells in _cells(path, stream, columns) if any(cells)]
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    for line, cells in rows:
        if not all(cells):
            raise CommandError(f"{path}:{line}: nothing in column {columns[cells.index('')]!r}")
    if not rows:
        raise CommandError(f"{path}: no rows")
    return rows


def _cells(
    path: Path, stream: Any, columns: tuple[str, ...]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each row's cells; CommandError names the file, the line and the fault."""
    for line, row in csv_records(stream):
        if isinstance(row, RowError):
            raise CommandError(f"{path}:{line}: {row}")
        try:
            named = {tidy_name(key or ""): cell or "" for key, cell in row.items()}
            if absent := [column for column in columns if column not in named]:
                raise CommandError(f"{path}: no column {absent[0]!r} in the header")
            yield (
                line,
                tuple(
                    (tidy_value if column == "label" else tidy_name)(named[column])
                    for column in columns
                ),
            )
        except ValueError as error:
            raise CommandError(f"{path}:{line}: {error} is in it") from error


def _check_numbers(level: str, values: list[str]) -> None:
    """Raise CommandError for a value that is no finite number: words have no known order."""
    for value in dict.fromkeys(values):
        try:
            is_number = math.isfinite(float(value))
        except ValueError:
            is_number = False
        if not is_number:
            raise CommandError(f"--level {level} needs numbers: {value!r} is none")
