"""What people sign in with besides a password: kept by django-allauth, cleared here."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from oversight.errors import WrongState
from oversight.models import Act, User
from oversight.people.services.audit import record_act


@transaction.atomic
def clear_factors(*, person: User) -> int:
    """Let somebody who lost their second factor sign in by password alone; return how many went.

    Raises WrongState where they have none.
    """
    gone: int = Authenticator.objects.filter(user=person).delete()[0]
    if not gone:
        raise WrongState(f"{person.username} has no second factor")
    record_act(Act.FACTORS_CLEARED, person=person.pk)
    return gone


@transaction.atomic
def disconnect(*, user: User) -> None:
    """Let nobody sign in as this person by a provider's word any more.

    Raises WrongState where nobody could, and where the person has no password to go on with.
    """
    if not user.has_usable_password():
        raise WrongState(
            "it is your only way in: ask whoever runs this installation for a password first"
        )
    if not SocialAccount.objects.filter(user=user).delete()[0]:
        raise WrongState("your account is not connected")
    record_act(Act.SIGN_ON_ENDED, by=user)


@transaction.atomic
def trust_address(*, user: User) -> None:
    """Take the account's address for confirmed: its owner did so, or an administrator entered it."""
    if not user.email:
        return
    if user.email != user.email.lower():
        user.email = user.email.lower()
        user.save(update_fields=["email"])
    row, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
    row.set_verified()


def forget_ways_in(*, person: User) -> None:
    """Forget factors, addresses and connected accounts of somebody who is forgotten."""
    for model in (Authenticator, EmailAddress, SocialAccount):
        model.objects.filter(user=person).delete()
