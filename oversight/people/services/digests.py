"""E-mails about what people were told: one for all that came within minutes."""

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from oversight.models import Notification, User
from oversight.people.selectors.notifications import notifications_of
from oversight.people.services.mail import can_mail

PAUSE = timedelta(minutes=5)  # after a first try that failed; twice as long after each other one
MOST_TRIES = 8
MOST_LINES = 50
BODY = """Hello {name},

{lines}
{more}
All that is new: {page}
Fewer of these, or none: {choices}
"""


def mail_digests() -> int:
    """Send what is due, one e-mail a person; return how many were sent."""
    due = Notification.objects.filter(mail_due__lte=timezone.now())
    people = list(due.order_by("user").values_list("user", flat=True).distinct())
    return sum(_mail_one(pk) for pk in people)


def _mail_one(user_id: int) -> bool:
    """Nothing is locked while the mail server is asked; what a killed worker had comes again."""
    user = User.objects.get(pk=user_id)
    ids = _claim(user)
    mine = Notification.objects.filter(pk__in=ids)
    rows = list(notifications_of(user).filter(pk__in=ids))
    if not (rows and user.email and user.is_active and can_mail()):
        mine.update(mail_due=None)
        return False
    try:
        _message(user, rows).send()
    except (OSError, SMTPException):
        mine.filter(mail_tries__gte=MOST_TRIES).update(mail_due=None)
        return False
    mine.update(mail_due=None)
    return True


@transaction.atomic
def _claim(user: User) -> list[int]:
    """Take all that waits for this person; it is due again after a pause that doubles."""
    rows = Notification.objects.filter(user=user, mail_due__isnull=False)
    mine = list(rows.select_for_update(skip_locked=True))
    if not any(row.mail_due and row.mail_due <= timezone.now() for row in mine):
        return []  # another worker was faster
    for row in mine:
        row.mail_due = timezone.now() + PAUSE * 2**row.mail_tries
        row.mail_tries += 1
    Notification.objects.bulk_update(mine, ["mail_tries", "mail_due"])
    return [row.pk for row in mine]


def _message(user: User, rows: list[Notification]) -> EmailMessage:
    first = _one_line(rows[0])
    subject = first if len(rows) == 1 else f"{first}, and {len(rows) - 1} more"
    lines = [f"- {_one_line(row)}\n  {settings.SITE_URL}{row.url}" for row in rows[:MOST_LINES]]
    left = len(rows) - len(lines)
    words = {
        "name": user.username,
        "lines": "\n".join(lines),
        "more": f"\nand {left} more.\n" if left else "",
        "page": settings.SITE_URL + reverse("notifications"),
        "choices": settings.SITE_URL + reverse("notification-choices"),
    }
    return EmailMessage(subject[:200], BODY.format(**words), to=[user.email])


def _one_line(row: Notification) -> str:
    # A name with a line end in it would add headers.
    return " ".join(f"{row.campaign.name}: {row.text}".split())
