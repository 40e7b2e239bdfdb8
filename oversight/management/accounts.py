"""What commands share that do something to one account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.errors import OversightError
from oversight.models import User


class AccountCommand(BaseCommand):
    """Finds the account by its name. `act` does it and returns the words that say so; what it may not
    do it says by an OversightError."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name that they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.named(options["username"]).first()
        if person is None:
            raise CommandError(f"there is no account named {options['username']!r}")
        try:
            words = self.act(person)
        except OversightError as error:
            raise CommandError(f"nothing was changed: {error}") from error
        self.stdout.write(words)

    def act(self, person: User) -> str:
        raise NotImplementedError
