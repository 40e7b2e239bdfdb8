"""manage.py calibrate_acceptance FILE.jsonl --alpha A --delta D: when to take a judge's word."""

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.data.importers.reading import json_lines
from oversight.data.importers.rows import RowError
from oversight.trust.policies.acceptance.report import AuditedPair, report_acceptance


class Command(BaseCommand):
    help = (
        "Print the confidence from which AI feedback may be accepted without a person, as one JSON "
        "object; threshold null: people take all. start: the confidence that was tested first; it is "
        "chosen from what the judge states, before any person's answer is looked at."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path,
            help='JSON lines of randomly audited pairs: id, p: {judge: P(a is better)}, '
            'human: "a", "b" or "tie"',
        )  # fmt: skip
        parser.add_argument("--alpha", type=float, required=True, help="the error allowed")
        parser.add_argument("--delta", type=float, required=True, help="1 − confidence")
        parser.add_argument("--test", type=Path, help="fresh pairs to measure the rule on")
        parser.add_argument(
            "--cascade", metavar="JUDGE,JUDGE,…", type=lambda names: tuple(names.split(",")),
            help="ask these judges in turn; without it all judges' mean probability is taken",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("alpha", "delta"):
            if not 0 < options[name] < 1:
                raise CommandError(f"--{name} must lie between 0 and 1")
        pairs = _read(options["file"])
        fresh = _read(options["test"]) if options["test"] else None
        try:
            report = report_acceptance(
                pairs,
                fresh,
                alpha=options["alpha"],
                delta=options["delta"],
                cascade=options["cascade"] or (),
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        if warnings := [*_repeats(options["file"], pairs), *_repeats(options["test"], fresh or [])]:
            report["warnings"] = warnings
        self.stdout.write(json.dumps(report))


def _repeats(path: Path, pairs: Sequence[AuditedPair]) -> list[str]:
    """Warn where pairs come more than once: the bound is for independent draws."""
    if not (again := [name for name, times in Counter(p.id for p in pairs).items() if times > 1]):
        return []
    return [
        f"{path}: {len(again)} ids come more than once ({again[0]} …); the bound counts each row"
    ]


def _read(path: Path) -> list[AuditedPair]:
    pairs = []
    try:
        with path.open("rb") as stream:
            for line, row in json_lines(stream):
                if isinstance(row, RowError):
                    raise CommandError(f"{path}:{line}: {row}")
                pairs.append(_pair(path, line, row))
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    if not pairs:
        raise CommandError(f"{path}: no rows")
    return pairs


def _pair(path: Path, line: int, row: Any) -> AuditedPair:
    where = f"{path}:{line}"
    if not isinstance(row, dict) or not {"id", "p", "human"} <= row.keys():
        raise CommandError(f"{where}: needs id, p and human")
    if row["human"] not in ("a", "b", "tie"):
        raise CommandError(f'{where}: human is "a", "b" or "tie", not {row["human"]!r}')
    if not isinstance(row["p"], dict) or not row["p"]:
        raise CommandError(f"{where}: p names each judge's probability")
    for judge, p in row["p"].items():
        is_number = isinstance(p, int | float) and not isinstance(p, bool)
        if p is not None and not (is_number and 0 <= p <= 1):
            raise CommandError(f"{where}: the probability of {judge!r} lies in [0, 1], or is null")
    return AuditedPair(row["p"], row["human"], json.dumps(row["id"]))
