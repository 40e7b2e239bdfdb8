"""Telling a person something: the one door to the bell, and by it to their e-mail."""

import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from oversight.errors import InvalidCampaign
from oversight.models import Campaign, Channel, EventKind, Notification, NotificationChoice, User
from oversight.people.policies.notifications import KINDS
from oversight.people.selectors.notifications import choices_of, notifications_of

# What comes within it goes into one e-mail.
GATHERED = timedelta(minutes=2)
LONGEST_TEXT = 300


@transaction.atomic
def notify(
    *,
    user: User,
    kind: str,
    campaign: Campaign,
    url: str,
    text: str,
    key: str = "",
    replaces_unread: bool = False,
) -> bool:
    """Tell a person, in the transaction of what happened; return whether they are told anew.

    `url` is a path of this site. Where a `key` is given a repeat says nothing new; where it
    `replaces_unread`, what they were told before of this kind and place reads like this from now on, if
    they have not read it yet. Raises InvalidCampaign for a kind of which nobody is told.
    """
    if kind not in KINDS:
        raise InvalidCampaign(f"nobody is told of {kind!r}")
    channel = choices_of(user)[kind]
    if channel == Channel.NEITHER or user.is_simulated or not user.is_active:
        return False
    if replaces_unread and _replace_unread(user, kind, campaign, url, text):
        return False
    row = {
        "kind": kind,
        "campaign": campaign,
        "url": url,
        "text": text[:LONGEST_TEXT],
        "mail_due": timezone.now() + GATHERED if channel == Channel.MAIL else None,
    }
    if key:
        _, is_new = Notification.objects.get_or_create(user=user, key=key, defaults=row)
    else:
        Notification.objects.create(user=user, **row)
        is_new = True
    if is_new and kind == EventKind.SENT_BACK:
        announce(campaign=campaign, kind=EventKind.SENT_BACK, data={"url": url})
    return is_new


def _replace_unread(user: User, kind: str, campaign: Campaign, url: str, text: str) -> int:
    rows = Notification.objects.filter(user=user, kind=kind, campaign=campaign, url=url)
    return rows.filter(read_at__isnull=True).update(text=text[:LONGEST_TEXT])


def announce(*, campaign: Campaign, kind: EventKind, data: Mapping[str, object]) -> None:
    """Tell webhooks what no trigger sees, in the transaction in which it happens.

    All who have the permission are told as well, but of what was sent back: that is one person's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tell_webhooks(%s, %s, %s::jsonb)", [campaign.pk, kind, json.dumps(dict(data))]
        )


def mark_read(*, user: User, ids: list[int] | None = None) -> int:
    """Note that the person has read these, or all that there are; return how many were new."""
    rows = Notification.objects.filter(user=user, read_at__isnull=True)
    rows = rows if ids is None else rows.filter(pk__in=ids)
    return rows.update(read_at=timezone.now(), mail_due=None)


def open_notification(*, user: User, notification_id: int) -> Notification | None:
    """Return what the person may see of it, and note that they read it."""
    row = notifications_of(user).filter(pk=notification_id).first()
    if row:
        mark_read(user=user, ids=[row.pk])
    return row


@transaction.atomic
def choose_channels(*, user: User, channels: Mapping[str, str]) -> None:
    """Tell the person from now on as they chose, by kind. Raises InvalidCampaign for unknown ones."""
    if unknown := set(channels) - set(KINDS) or set(channels.values()) - set(Channel.values):
        raise InvalidCampaign(f"there is no {sorted(unknown)[0]!r} to choose")
    for kind, channel in channels.items():
        NotificationChoice.objects.update_or_create(
            user=user, kind=kind, defaults={"channel": channel}
        )


def forget_unseen(*, user: User, campaign: Campaign) -> None:
    """Forget what a person was told of a campaign and may see no more, so that no bell counts it."""
    seen = notifications_of(user).values("pk")
    Notification.objects.filter(user=user, campaign=campaign).exclude(pk__in=seen).delete()


def forget_notifications(*, person: User) -> None:
    """Forget what somebody was told who is forgotten."""
    Notification.objects.filter(user=person).delete()
    NotificationChoice.objects.filter(user=person).delete()
