"""manage.py recompute_preferences [--campaign SLUG] [--check]: what the standing answers mean, anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from oversight.feedback.services.settling import lock_item, settle_item
from oversight.models import ReviewItem

CHUNK = 1000


class Command(BaseCommand):
    help = (
        "Let preferences, closing and adjudication of every item follow from the answers to it once "
        "more. Rows that are right already stay as they are, so it can be run at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", default="", help="the slug of one campaign; default: all")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where something would change"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        items = ReviewItem.objects.order_by("pk")
        if options["campaign"]:
            items = items.filter(campaign__slug=options["campaign"])
        changed = [
            pk
            for pk in items.values_list("pk", flat=True).iterator(chunk_size=CHUNK)
            if _settle(pk, is_kept=not options["check"])
        ]
        words = f"{items.count()} items, {len(changed)} changed."
        if options["check"] and changed:
            raise CommandError(f"{words} Not as their answers have it: {changed[:20]}")
        self.stdout.write(words)


def _settle(item_id: int, *, is_kept: bool) -> bool:
    """An item at a time: nobody waits for more than the one that they are at."""
    with transaction.atomic():
        has_changed = settle_item(item=lock_item(item_id))
        if not is_kept:
            transaction.set_rollback(True)
    return has_changed
