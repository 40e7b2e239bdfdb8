"""manage.py export_preferences --campaign SLUG --out FILE.jsonl: rows for TRL's DPOTrainer."""

from argparse import ArgumentParser
from typing import Any

from oversight.data.selectors.datasets import Wanted, registered
from oversight.management.exporting import ExportCommand, probability


class Command(ExportCommand):
    help = "Write a campaign's standing preferences as JSON lines (prompt, chosen, rejected, …)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        add_believed(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        campaign, believed = self.campaign(options["campaign"]), probability(options["believed"])
        wanted = Wanted(campaign, simulated=options["simulated"], believed=believed)
        self.export(registered()["preferences"], wanted, options["out"])


def add_believed(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--believed",
        type=float,
        default=0.0,
        help="leave out labels that are right with less than this probability, and turn those "
        "round that are likelier wrong: for trainers that do not read p_w and p_l",
    )
