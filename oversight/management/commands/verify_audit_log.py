"""Say whether the audit log is as it was written."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.models import AuditEntry
from oversight.people.selectors.audit import first_broken

ROWS_AT_ONCE = 2000


class Command(BaseCommand):
    help = (
        "Walk the audit log from its first entry and reckon every hash again. Prints the number and "
        "the hash of the last entry: keep them elsewhere, and --expect them next time, to see that "
        "the end was not cut off. Exit status 1 where something is not as it was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--expect", metavar="NUMBER:HASH", help="an entry that must be there")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = AuditEntry.objects.order_by("number")
        number, sha256, wrong = first_broken(entries.iterator(chunk_size=ROWS_AT_ONCE))
        if wrong:
            raise CommandError(f"The audit log was changed: {wrong}.")
        if options["expect"]:
            _demand(options["expect"])
        self.stdout.write(
            f"The audit log is whole: {number} entries. The last one: {number}:{sha256}"
        )


def _demand(expected: str) -> None:
    number, _, sha256 = expected.partition(":")
    if not number.isdecimal() or not sha256:
        raise CommandError("--expect takes what this command printed last, NUMBER:HASH.")
    if not AuditEntry.objects.filter(number=int(number), sha256=sha256).exists():
        raise CommandError(f"The audit log was changed: entry {number} is not the one expected.")
