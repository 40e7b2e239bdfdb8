"""Invitations by e-mail, where the installation can send any."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from oversight.models import Invitation, User
from oversight.people.services.invitations import note_mailed

SUBJECT = "You are invited to {campaign}"
BODY = """{by} invites you to the campaign “{campaign}” as {role}.

Follow this link to join; it can be used until {until} (UTC):

{link}

If you did not expect this, you need do nothing.
"""


def can_mail() -> bool:
    return bool(settings.EMAIL_HOST)


def is_address(name: str) -> bool:
    """Whether an invitation can be sent to this name."""
    try:
        validate_email(name)
    except ValidationError:
        return False
    return True


def mail_invitations(*, links: Mapping[Invitation, str], by: User) -> int:
    """Send each invitation whose name is an address its link, after it was saved; return how many.

    Raises OSError (smtplib's errors are such) where the mail server does not take them.
    """
    rows = [row for row in links if is_address(row.name)]
    messages = [_message(row, links[row], by) for row in rows]
    if messages:
        get_connection().send_messages(messages)
        note_mailed(invitations=rows)
    return len(messages)


def _message(row: Invitation, link: str, by: User) -> EmailMessage:
    # A name with a line end in it would add headers.
    campaign = " ".join(row.campaign.name.split())
    words = {
        "by": by.username,
        "campaign": campaign,
        "role": row.get_role_display().lower(),
        "until": f"{row.expires_at:%d %B %Y, %H:%M}",
        "link": link,
    }
    return EmailMessage(SUBJECT.format(**words), BODY.format(**words), to=[row.name])
