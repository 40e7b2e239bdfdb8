"""Let somebody who lost their second factor sign in by password alone."""

from oversight.management.accounts import AccountCommand
from oversight.models import User
from oversight.people.services.factors import clear_factors


class Command(AccountCommand):
    help = (
        "Remove the app, the passkeys and the recovery codes of an account whose owner lost them, after "
        "you made sure that it is they who ask. It is an entry of the audit log."
    )

    def act(self, person: User) -> str:
        clear_factors(person=person)
        return f"{person.username} signs in by password alone now."
