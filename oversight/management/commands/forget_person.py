"""Forget a person who asks for it: the account is anonymised, what it judged stays."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.errors import OversightError
from oversight.models import User
from oversight.people.services.accounts import forget_person


class Command(BaseCommand):
    help = (
        "Make an account nobody's, for good: its name, address, tokens, roles and password are gone. "
        "What it judged stays, without a name. It is an entry of the audit log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="the name that they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.named(options["username"]).first()
        if person is None:
            raise CommandError(f"there is no account named {options['username']!r}")
        try:
            forget_person(person=person)
        except OversightError as error:
            raise CommandError(f"nothing was changed: {error}") from error
        self.stdout.write(f"Forgotten. What was judged stays, by account {person.pk}.")
