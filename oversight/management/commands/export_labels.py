"""manage.py export_labels --campaign SLUG --kind steps|critique_ratings --out FILE.jsonl"""

from argparse import ArgumentParser
from typing import Any

from oversight.data.selectors.datasets import Wanted, registered
from oversight.management.exporting import ExportCommand

KINDS = {"steps": "process-labels", "critique_ratings": "critique-ratings"}


class Command(ExportCommand):
    help = "Write the labels of steps (PRM800K's fields) or the ratings of critiques as JSON lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--kind", required=True, choices=sorted(KINDS))

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Wanted(self.campaign(options["campaign"]), simulated=options["simulated"])
        self.export(registered()[KINDS[options["kind"]]], wanted, options["out"])
