"""manage.py export_preferences --campaign SLUG --out FILE.jsonl: rows for TRL's DPOTrainer."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandError

from oversight.data.selectors.preferences import preference_lines
from oversight.management.exporting import ExportCommand
from oversight.models import Campaign


class Command(ExportCommand):
    help = "Write a campaign's standing preferences as JSON lines (prompt, chosen, rejected, …)."
    unit = "preferences"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--believed",
            type=float,
            default=0.0,
            help="leave out labels that are right with less than this probability, and turn those "
            "round that are likelier wrong: for trainers that do not read p_w and p_l",
        )

    def lines(self, campaign: Campaign, **options: Any) -> Iterable[bytes]:
        if not 0 <= options["believed"] <= 1:
            raise CommandError(f"--believed is a probability, not {options['believed']}")
        return preference_lines(campaign, believed=options["believed"])
