"""Let somebody who lost their second factor sign in by password alone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.errors import OversightError
from oversight.models import User
from oversight.people.services.factors import clear_factors


class Command(BaseCommand):
    help = (
        "Remove the app, the passkeys and the recovery codes of an account whose owner lost them, after "
        "you made sure that it is they who ask. It is an entry of the audit log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name that they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.named(options["username"]).first()
        if person is None:
            raise CommandError(f"there is no account named {options['username']!r}")
        try:
            clear_factors(person=person)
        except OversightError as error:
            raise CommandError(f"nothing was changed: {error}") from error
        self.stdout.write(f"{person.username} signs in by password alone now.")
