"""manage.py export DATASET --campaign SLUG --out FILE.jsonl.gz: any dataset, in any encoding."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.dateparse import parse_datetime

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding, encoding_of
from oversight.management.commands.export_preferences import add_believed
from oversight.management.exporting import ExportCommand, probability
from oversight.models import Source


class Command(ExportCommand):
    help = "Write a dataset of a campaign as JSON lines, CSV or Parquet, by the file's ending."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", choices=sorted(registered()))
        super().add_arguments(parser)
        add_believed(parser)
        parser.add_argument("--source", default="", choices=["", *Source.values])
        parser.add_argument("--since", default="", help="rows after this id, or after this time")
        parser.add_argument("--snapshot", default="", help="the rows of this snapshot, by its hash")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign, out = self.campaign(options["campaign"]), options["out"]
        dataset = registered()[options["dataset"]]
        snapshot = None
        if options["snapshot"]:
            if not dataset.of_snapshots:
                raise CommandError(f"a snapshot has no {dataset.name}: it holds preferences")
            snapshot = campaign.snapshots.filter(sha256=options["snapshot"]).first()
            if snapshot is None:
                raise CommandError(f"{campaign.slug} has no snapshot {options['snapshot']!r}")
        wanted = Wanted(
            campaign,
            source=options["source"],
            simulated=options["simulated"],
            believed=probability(options["believed"]),
            snapshot=snapshot,
            **_since(options["since"]),
        )
        self.export(dataset, wanted, out, _encoding(out))


def _since(value: str) -> dict[str, Any]:
    if value.isdecimal():
        return {"since_id": int(value)}
    when = parse_datetime(value) if value else None
    if value and (when is None or when.tzinfo is None):
        raise CommandError("--since is an id, or a time with its zone: 2026-01-31T12:00:00Z")
    return {"since_time": when}


def _encoding(out: str) -> Encoding:
    if out == "-":
        return Encoding()
    ending = "".join(
        Path(out).suffixes[-2:] if out.endswith((".gz", ".zst")) else [Path(out).suffix]
    )
    found = encoding_of(ending)
    if found is None:
        raise CommandError(f"{out} ends in none of .jsonl, .csv (each with .gz or .zst), .parquet")
    return found
