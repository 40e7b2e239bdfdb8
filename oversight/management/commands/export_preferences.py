"""manage.py export_preferences --campaign SLUG --out FILE.jsonl: rows for TRL's DPOTrainer."""

from collections.abc import Iterable
from typing import Any

from oversight.management.exporting import ExportCommand
from oversight.models import Campaign
from oversight.selectors.preferences import preference_lines


class Command(ExportCommand):
    help = "Write a campaign's standing preferences as JSON lines (prompt, chosen, rejected, …)."
    unit = "preferences"

    def lines(self, campaign: Campaign, **options: Any) -> Iterable[bytes]:
        return preference_lines(campaign)
