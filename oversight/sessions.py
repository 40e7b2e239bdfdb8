"""Sessions in PostgreSQL, as Django keeps them; read by a statement that is made once.

Every request reads its session and its person: with Django's queries that was a sixth of the time of
an annotator's answer.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from oversight.models import ApiToken, User
from oversight.people.policies.sign_in import WINDOW_SECONDS
from oversight.people.services.audit import address_of
from oversight.people.services.sign_in import TooManyTries, begin_try, forget_tries
from oversight.statements import Statement

WAIT = f"Too many wrong passwords. Try again in {WINDOW_SECONDS // 60} minutes."
OPEN = Statement(
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s"
)
# The bell stands on every page: what is new is counted here, up to a hundred.
PERSON = Statement(
    """
    SELECT {person}, (
        SELECT count(*) FROM (
            SELECT FROM oversight_notification
            WHERE user_id = person.id AND read_at IS NULL LIMIT 100
        ) unread
    )
    FROM oversight_user person WHERE person.id = %(person)s
    """,
    person=User,
)


class SessionStore(DatabaseStore):
    def load(self) -> dict[str, Any]:
        """Return what the session holds; a key that is unknown or expired is given up."""
        row = OPEN.first(key=self.session_key, now=timezone.now())
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])


class PasswordEndsToken:
    """Called by Django, as one of its validators, whenever a password is changed, wherever it is.

    Sessions elsewhere end with the password by themselves: they hold its hash.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Every password will do here; the other validators judge it."""

    def password_changed(self, password: str, user: User) -> None:
        ApiToken.objects.filter(user=user).delete()

    def get_help_text(self) -> str:
        return "With a new one you are signed out elsewhere, and your tokens for programs end."


class PersonBackend(ModelBackend):
    """People sign in as with Django's own, but not by trying one password after the other.

    Every door that has a request to show (pages, the admin) is kept here.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Raises ValidationError, which forms show, where an address has tried too often."""
        if request is None or username is None or password is None:
            return self._person(request, username, password, **kwargs)
        try:
            tried = begin_try(username=username, address=address_of(request))
        except TooManyTries as error:
            raise ValidationError(WAIT, code="too_many_tries") from error
        user = self._person(request, username, password, **kwargs)
        if user:
            forget_tries(of=tried)
        return user

    def _person(self, *credentials: Any, **more: Any) -> User | None:
        user: User | None = super().authenticate(*credentials, **more)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the person whom a session belongs to, None where they may not sign in any more."""
        row = PERSON.first(person=int(user_id))
        if row is None or not self.user_can_authenticate(row[0]):
            return None
        user: User = row[0]
        user.unread = row[1]
        return user
