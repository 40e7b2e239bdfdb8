"""Where a person is signed in, and how they end it there."""

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from oversight.errors import WrongState
from oversight.models import Act, SignedIn, User
from oversight.people.services.audit import record_act

LONGEST_BROWSER = 200


@transaction.atomic
def note_sign_in(*, user: User, session_key: str, address: str, browser: str) -> None:
    """Remember that this session is the person's, and forget those of theirs that are over."""
    there = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    SignedIn.objects.filter(user=user).exclude(session_key__in=there).delete()
    SignedIn.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "address": address,
            "browser": browser.replace("\0", "")[:LONGEST_BROWSER],
        },
    )


def note_new_key(*, old: str, new: str) -> None:
    """Go on knowing a session whose key was changed: a new password changes it."""
    SignedIn.objects.filter(session_key=old).update(session_key=new)


@transaction.atomic
def end_session(*, user: User, signed_in_id: int) -> None:
    """Sign the person out there. Raises WrongState where they are not signed in any more."""
    row = SignedIn.objects.select_for_update().filter(user=user, pk=signed_in_id).first()
    if row is None:
        raise WrongState("you are signed out there already")
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    record_act(Act.SESSION_ENDED, by=user)
