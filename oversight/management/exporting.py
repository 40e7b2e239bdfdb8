"""What the export commands share: which campaign, where to, and what can go wrong with a file."""

import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.data.services.exports import export_lines, write_lines
from oversight.models import Campaign


class ExportCommand(BaseCommand, ABC):
    """Writes lines of a campaign to a file, whole or not at all, or to standard output."""

    unit = "rows"

    @abstractmethod
    def lines(self, campaign: Campaign, **options: Any) -> Iterable[bytes]:
        """Return what to write, one JSON object a line."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--out", required=True, help="a file, or - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"there is no campaign {options['campaign']!r}")
        lines = self.lines(**{**options, "campaign": campaign})
        if options["out"] == "-":
            write_lines(lines=lines, stream=sys.stdout.buffer)
            sys.stdout.flush()
            return
        path = Path(options["out"])
        if path.is_dir():
            raise CommandError(f"{path} is a folder: name a file")
        try:
            count = export_lines(lines=lines, path=path)
        except OSError as error:
            raise CommandError(f"cannot write {path}: {error.strerror}") from error
        self.stderr.write(f"{count} {self.unit} written to {path}")
