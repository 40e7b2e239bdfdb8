"""The audit log: whether its chain is whole, and what somebody looks for in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet

from oversight.models import AuditEntry, Campaign, Invitation, User
from oversight.people.policies.acts import NOBODY, told
from oversight.people.policies.audit import chained_sha256, content_sha256


def first_broken(entries: Iterable[AuditEntry]) -> tuple[int, str, str]:
    """Walk the chain by number. Return (the last number, its hash, what is wrong, "" if nothing).

    What is wrong is said of the first entry that is not as it was written.
    """
    number, sha256 = 0, ""
    for entry in entries:
        if wrong := _what_is_wrong(entry, number, sha256):
            return number + 1, sha256, wrong
        number, sha256 = number + 1, entry.sha256
    return number, sha256, ""


def _what_is_wrong(entry: AuditEntry, before: int, sha256: str) -> str:
    if entry.number != before + 1:
        return f"entry {before + 1} is missing"
    if content_sha256(content_of(entry)) != entry.content_sha256:
        return f"what entry {entry.number} says was changed"
    if entry.previous_sha256 != sha256:
        return f"entry {entry.number} does not follow the one before it"
    if entry.sha256 != chained_sha256(sha256, entry.content_sha256):
        return f"the hash of entry {entry.number} was changed"
    return ""


def content_of(entry: AuditEntry) -> Mapping[str, Any]:
    """Return what an entry's content is hashed of."""
    names = ("at", "act", "by_id", "address", "token", "campaign_id", "details")
    return {name: getattr(entry, name) for name in names}


@dataclass(frozen=True)
class Told:
    """An entry as pages show it: who did what, where from."""

    entry: AuditEntry
    who: str
    did: str


def entries_of(
    campaign: Campaign,
    *,
    act: str = "",
    person: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:
    """Return a campaign's entries, the newest first. `person` is a sign-in name; days are UTC's."""
    rows = AuditEntry.objects.filter(campaign=campaign)
    if act:
        rows = rows.filter(act=act)
    if person:
        rows = rows.filter(by__in=User.objects.named(person))
    if since:
        rows = rows.filter(at__gte=datetime.combine(since, time.min, UTC))
    if until:
        rows = rows.filter(at__lte=datetime.combine(until, time.max, UTC))
    return rows.order_by("-pk")


def told_entries(entries: Iterable[AuditEntry]) -> list[Told]:
    """Put entries into words. Two queries more, for the names of all people in them."""
    rows = list(entries)
    named = [each for row in rows for each in (row.by_id, row.details.get("person"))]
    ids = {each for each in named if each is not None}
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
    sent = {row.details["invitation"] for row in rows if "invitation" in row.details}
    invited = dict(Invitation.objects.filter(pk__in=sent).values_list("pk", "name"))
    return [
        Told(
            entry=row,
            who=names.get(row.by_id, NOBODY) if row.by_id else "The product itself",
            did=told(row.act, row.details, names, invited),
        )
        for row in rows
    ]
