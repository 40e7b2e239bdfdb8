"""A forgotten password: a link by e-mail, sent by a worker, that works once and for an hour."""

from datetime import timedelta
from smtplib import SMTPException

from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from oversight.dispatch import send_after_commit
from oversight.models import Act, ForgottenPassword, SignedIn, User
from oversight.people.services.accounts import change_password
from oversight.people.services.sign_in import TooManyTries, begin_try

OF_USE, AGAIN = timedelta(hours=1), timedelta(minutes=1)
SUBJECT = "A new password for Oversight"
BODY = """Somebody, most likely you, asked for a new password for the account “{name}”.

Follow this link within an hour to choose one; it works once:

{link}

If it was not you, you need do nothing: your password stays as it is.
"""


@transaction.atomic
def ask_for_password(*, email: str, site: str) -> None:
    """Have a link sent to whoever has this address, a few times at most, wherever it is asked from.

    `site` is where the link leads: `https://host`. Who signs in elsewhere alone has no password.
    """
    people = User.objects.filter(email__iexact=email, is_active=True, is_simulated=False)
    for person in people.exclude(email=""):
        if person.has_usable_password() and _is_let(person):
            ForgottenPassword.objects.update_or_create(
                user=person, defaults={"site": site, "at": timezone.now(), "due": timezone.now()}
            )
    send_after_commit("oversight.tasks.tell_people", queue="control")


def _is_let(person: User) -> bool:
    try:
        begin_try(username="a link", address=f"account {person.pk}")
    except TooManyTries:
        return False
    return True


def mail_passwords() -> int:
    """Send the links that were asked for; return how many. One that cannot be sent waits."""
    now = timezone.now()
    ForgottenPassword.objects.filter(at__lt=now - OF_USE).delete()
    due = ForgottenPassword.objects.filter(due__lte=now).order_by("due", "pk")
    return sum(_mail_one(pk) for pk in list(due.values_list("pk", flat=True)))


def _mail_one(pk: int) -> bool:
    """Nothing is locked while the mail server is asked; a killed worker's comes again."""
    now = timezone.now()
    row = ForgottenPassword.objects.select_related("user").filter(pk=pk).first()
    mine = ForgottenPassword.objects.filter(pk=pk, due__lte=now).update(due=now + AGAIN)
    if row is None or not mine:
        return False
    try:
        _message(row).send()
    except (OSError, SMTPException):
        return False
    ForgottenPassword.objects.filter(pk=pk, at=row.at).delete()
    return True


def _message(row: ForgottenPassword) -> EmailMessage:
    key = urlsafe_base64_encode(force_bytes(row.user_id))
    path = reverse("password-new", args=[key, default_token_generator.make_token(row.user)])
    words = {"name": row.user.username, "link": f"{row.site}{path}"}
    return EmailMessage(SUBJECT, BODY.format(**words), to=[row.user.email])


@transaction.atomic
def replace_password(*, user: User, password: str) -> None:
    """Give somebody who followed the link a new password, and sign them out everywhere."""
    change_password(user=user, password=password, act=Act.PASSWORD_RESET)
    ForgottenPassword.objects.filter(user=user).delete()
    signed_in = SignedIn.objects.filter(user=user)
    Session.objects.filter(session_key__in=signed_in.values("session_key")).delete()
    signed_in.delete()
