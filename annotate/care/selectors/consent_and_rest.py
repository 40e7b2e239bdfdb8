"""Consent to what a campaign warns of, and the rest that is due."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from django.utils import timezone

from annotate.care.policies.breaks import PUT_OFF, filled_spells, is_break_due
from annotate.models import Break, Consent, QualificationAnswer
from oversight.models import Campaign, Judgement, User

LONGEST_SHIFT = timedelta(hours=12)
MOST_SPELLS = 1000


@dataclass(frozen=True)
class Rest:
    """A break that is due or taken; `ends_at` is None where it was not begun."""

    ends_at: datetime | None
    can_be_put_off: bool


def warning_digest(campaign: Campaign) -> str:
    """Return the sha256 of the warning: consent is to these words."""
    return hashlib.sha256(campaign.care.content_warning.encode()).hexdigest()


def has_consented(user: User, campaign: Campaign) -> bool:
    digest = warning_digest(campaign)
    return Consent.objects.filter(user=user, campaign=campaign, warning_sha256=digest).exists()


def rest_of(user: User, campaign: Campaign) -> Rest | None:
    """Return the break that keeps the person from work now, if any."""
    now = timezone.now()
    last = Break.objects.filter(user=user, campaign=campaign).order_by("-begins_at").first()
    if last and last.ends_at > now:
        return Rest(last.ends_at, can_be_put_off=False)
    was_put_off = last is not None and last.is_put_off
    is_due = is_break_due(
        spells_of(user, now),
        now=now.timestamp(),
        since=last.ends_at.timestamp() if last else 0.0,
        limit=PUT_OFF if was_put_off else campaign.care.break_minutes * 60.0,
    )
    return Rest(None, can_be_put_off=not was_put_off) if is_due else None


def spells_of(user: User, now: datetime) -> list[tuple[float, float]]:
    """Return (end, active seconds) of the person's latest answers, newest first; practice too."""
    rows = Judgement.objects.filter(user=user, created_at__gt=now - LONGEST_SHIFT)
    newest = rows.order_by("-created_at").values_list(
        "created_at", "seconds", "supersedes__seconds"
    )[:MOST_SPELLS]
    # A correction's time has in it that of what it corrects.
    judged: list[tuple[float, float | None]] = [
        (at.timestamp(), (total or 0.0) - (before or 0.0)) for at, total, before in newest
    ]
    # Of practice only the ends are kept: the time between two of them is what was worked.
    practice = QualificationAnswer.objects.filter(user=user, created_at__gt=now - LONGEST_SHIFT)
    ends = practice.order_by("-created_at").values_list("created_at", flat=True)[:MOST_SPELLS]
    practised = [(at.timestamp(), None) for at in ends]
    return filled_spells(sorted([*judged, *practised], key=itemgetter(0), reverse=True))
