"""Where a person is signed in."""

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from oversight.models import SignedIn, User


def sessions_of(user: User) -> QuerySet[SignedIn]:
    """Return the person's sessions that can still be used, the latest first."""
    there = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return SignedIn.objects.filter(user=user, session_key__in=there).order_by("-at")
