"""Tries at signing in, counted in PostgreSQL: an emptied Redis forgets none, and no process its own."""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from oversight.errors import OversightError
from oversight.models import SignInTry
from oversight.people.policies.sign_in import WINDOW_SECONDS, is_too_many
from oversight.policies.names import name_key

WINDOW = timedelta(seconds=WINDOW_SECONDS)


class TooManyTries(OversightError):
    """Too many wrong passwords came from this address: wait."""


def begin_try(*, username: str, address: str) -> SignInTry:
    """Count a try before its password is looked at. Raises TooManyTries where it is one too many.

    It counts as wrong until `forget_tries`: of a hundred that are sent at once, no more get through
    than of a hundred in a row. A try that was refused does not count, so the wait has an end.
    """
    since = timezone.now() - WINDOW
    SignInTry.objects.filter(at__lt=since).delete()
    row = SignInTry.objects.create(name_hash=_hash(username), address=address)
    recent = SignInTry.objects.filter(address=address, at__gte=since)
    of_name = recent.filter(name_hash=row.name_hash).count()
    if is_too_many(of_name=of_name, of_address=recent.count()):
        row.delete()
        raise TooManyTries(f"{address} has tried too often")
    return row


def forget_tries(*, of: SignInTry) -> None:
    """The password was right: what was mistyped for this name from this address counts no more."""
    SignInTry.objects.filter(name_hash=of.name_hash, address=of.address).delete()


def _hash(username: str) -> str:
    """Hash the name: people type a password where the name belongs, too."""
    return salted_hmac("sign-in", name_key(username), algorithm="sha256").hexdigest()
