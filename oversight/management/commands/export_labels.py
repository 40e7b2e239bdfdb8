"""manage.py export_labels --campaign SLUG --kind steps|critique_ratings --out FILE.jsonl"""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from oversight.data.selectors.process_labels import as_lines, critique_rating_rows, step_label_rows
from oversight.management.exporting import ExportCommand
from oversight.models import Campaign

KINDS = {"steps": step_label_rows, "critique_ratings": critique_rating_rows}


class Command(ExportCommand):
    help = "Write the labels of steps (PRM800K's fields) or the ratings of critiques as JSON lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--kind", required=True, choices=sorted(KINDS))

    def lines(self, campaign: Campaign, **options: Any) -> Iterable[bytes]:
        return as_lines(KINDS[options["kind"]](campaign))
