"""manage.py export_labels --campaign SLUG --kind steps|critique_ratings --out FILE.jsonl"""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.models import Campaign
from oversight.selectors.process_labels import as_lines, critique_rating_rows, step_label_rows
from oversight.services.exports import export_lines, write_lines

KINDS = {"steps": step_label_rows, "critique_ratings": critique_rating_rows}


class Command(BaseCommand):
    help = "Write the labels of steps (PRM800K's fields) or the ratings of critiques as JSON lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--kind", required=True, choices=sorted(KINDS))
        parser.add_argument("--out", required=True, help="a file, or - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"there is no campaign {options['campaign']!r}")
        lines = as_lines(KINDS[options["kind"]](campaign))
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
        self.stderr.write(f"{count} rows written to {path}")
