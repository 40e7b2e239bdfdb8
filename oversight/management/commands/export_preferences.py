"""manage.py export_preferences --campaign SLUG --out FILE.jsonl: rows for TRL's DPOTrainer."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.models import Campaign
from oversight.services.exports import export_preferences, write_preferences


class Command(BaseCommand):
    help = "Write a campaign's standing preferences as JSON lines (prompt, chosen, rejected, …)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--out", required=True, help="a file, or - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = _campaign(options["campaign"])
        if options["out"] == "-":
            write_preferences(campaign=campaign, stream=sys.stdout.buffer)
            sys.stdout.flush()
            return
        path = Path(options["out"])
        if path.is_dir():
            raise CommandError(f"{path} is a folder: name a file")
        try:
            count = export_preferences(campaign=campaign, path=path)
        except OSError as error:
            raise CommandError(f"cannot write {path}: {error.strerror}") from error
        self.stderr.write(f"{count} preferences written to {path}")


def _campaign(slug: str) -> Campaign:
    try:
        return Campaign.objects.get(slug=slug)
    except Campaign.DoesNotExist as error:
        raise CommandError(f"there is no campaign {slug!r}") from error
