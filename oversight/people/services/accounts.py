"""Accounts: a new password, and being forgotten."""

from itertools import chain, count

from django.contrib.auth.password_validation import password_changed
from django.db import transaction

from oversight.errors import WrongState
from oversight.models import (
    Act,
    ApiToken,
    CampaignMember,
    Invitation,
    MemberRole,
    PersonAttribute,
    SignedIn,
    User,
)
from oversight.people.services.audit import record_act
from oversight.people.services.factors import forget_ways_in
from oversight.people.services.notifications import forget_notifications
from oversight.policies.names import FORGOTTEN, name_key


@transaction.atomic
def change_password(*, user: User, password: str, act: Act = Act.PASSWORD_CHANGED) -> None:
    """Give the account a new password, which the caller has checked; the person's tokens end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    password_changed(password, user)
    record_act(act, by=user)


@transaction.atomic
def forget_person(*, person: User) -> None:
    """Make an account nobody's: its name, address, tokens, roles and way in are gone for good.

    What the person judged stays, as said by an account without a name; exports name it by the same
    pseudonym as before. Words that people typed themselves stay as they are. Raises WrongState for
    the last owner of a campaign.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    if alone := _owned_alone(person):
        raise WrongState(f"{person.username} is the last owner of {', '.join(alone)}")
    ApiToken.objects.filter(user=person).delete()
    SignedIn.objects.filter(user=person).delete()
    forget_ways_in(person=person)
    forget_notifications(person=person)
    CampaignMember.objects.filter(user=person).delete()
    PersonAttribute.objects.filter(user=person).delete()
    Invitation.objects.filter(accepted__user=person).update(name=FORGOTTEN)
    person.username = _name_of_nobody(person)
    person.first_name = person.last_name = person.email = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    record_act(Act.PERSON_FORGOTTEN, person=person.pk)


def _name_of_nobody(person: User) -> str:
    """Return a name that is free: an account older than the rule may have the first."""
    first = f"{FORGOTTEN}-{person.pk}"
    names = chain([first], (f"{first}-{number}" for number in count(2)))
    others = User.objects.exclude(pk=person.pk)
    return next(name for name in names if not others.filter(name_key=name_key(name)).exists())


def _owned_alone(person: User) -> list[str]:
    owners = CampaignMember.objects.filter(role=MemberRole.OWNER)
    others = owners.exclude(user=person).values("campaign")
    alone = owners.filter(user=person).exclude(campaign__in=others)
    return list(alone.values_list("campaign__slug", flat=True))
