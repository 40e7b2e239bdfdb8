"""manage.py seed_campaign --items N: a large campaign with a made-up history."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from annotate.simulation.seeding.seeding import seed_campaign
from oversight.errors import OversightError
from oversight.management.numbers import whole


class Command(BaseCommand):
    help = (
        "Make a campaign with rounds, answers, preferences and versions that a program made up, to see "
        "how pages bear it. Its people are accounts that nobody can sign in with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--items", type=whole(1, 10_000_000), required=True, help="questions for people"
        )
        parser.add_argument("--slug", help="the campaign's address (default: seed-ITEMS)")
        parser.add_argument(
            "--seed", type=int, default=1, help="the same one makes the same campaign (default: 1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        items = options["items"]
        slug = options["slug"] or f"seed-{items}"
        with tqdm(total=items, desc=slug, unit="item", unit_scale=True) as bar:
            try:
                campaign = seed_campaign(
                    slug=slug, items=items, seed=options["seed"], tell=bar.update
                )
            except OversightError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{campaign.name}: {items:,} items at campaigns/{campaign.slug}/.")
