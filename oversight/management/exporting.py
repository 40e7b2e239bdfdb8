"""What the export commands share: which campaign, where to, and what can go wrong with a file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.data.selectors.datasets import Dataset, Wanted
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.data.services.exports import export_file, write_blocks
from oversight.models import Campaign


class ExportCommand(BaseCommand):
    """Writes a dataset of a campaign to a file, whole or not at all, or to standard output."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--out", required=True, help="a file, or - for standard output")
        parser.add_argument(
            "--simulated", action="store_true", help="take labels of simulated annotators too"
        )

    def campaign(self, slug: str) -> Campaign:
        campaign = Campaign.objects.filter(slug=slug).first()
        if campaign is None:
            raise CommandError(f"there is no campaign {slug!r}")
        return campaign

    def export(
        self, dataset: Dataset, wanted: Wanted, out: str, encoding: Encoding | None = None
    ) -> None:
        blocks = encoded(dataset, wanted, encoding or Encoding())
        if out == "-":
            write_blocks(blocks=blocks, stream=sys.stdout.buffer)
            sys.stdout.flush()
            return
        path = Path(out)
        if path.is_dir():
            raise CommandError(f"{path} is a folder: name a file")
        try:
            size = export_file(blocks=blocks, path=path)
        except OSError as error:
            raise CommandError(f"cannot write {path}: {error.strerror}") from error
        self.stderr.write(f"{size} bytes written to {path}")


def probability(value: Any) -> float:
    """Return what `--believed` says. Raises CommandError where it is no probability."""
    if not 0 <= value <= 1:
        raise CommandError(f"--believed is a probability, not {value}")
    return float(value)
