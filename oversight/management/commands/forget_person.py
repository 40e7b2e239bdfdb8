"""Forget a person who asks for it: the account is anonymised, what it judged stays."""

from oversight.management.accounts import AccountCommand
from oversight.models import User
from oversight.people.services.accounts import forget_person


class Command(AccountCommand):
    help = (
        "Make an account nobody's, for good: its name, address, tokens, roles and password are gone. "
        "What it judged stays, without a name. It is an entry of the audit log."
    )

    def act(self, person: User) -> str:
        forget_person(person=person)
        return f"Forgotten. What was judged stays, by account {person.pk}."
