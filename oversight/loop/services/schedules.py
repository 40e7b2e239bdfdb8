"""Updates that begin by themselves: after so many new preferences, daily, or every so many hours."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from oversight.errors import OversightError
from oversight.learning.selectors.updates import WINDOW, new_preferences, reason_to_wait
from oversight.loop.services.rounds import start_update
from oversight.models import Campaign, Round, Schedule, ScheduledUpdate


def start_due_updates(now: datetime | None = None) -> list[ScheduledUpdate]:
    """Start or skip every campaign's update that is due; safe to run at any moment, twice."""
    now = now or timezone.now()
    scheduled = Campaign.objects.at_work().exclude(updates__schedule=Schedule.BY_HAND)
    settled = []
    for campaign in scheduled.select_related("updates").order_by("pk"):
        due_at = due_time(campaign, now)
        if due_at and (row := _settle(campaign, due_at)):
            settled.append(row)
    return settled


def due_time(campaign: Campaign, now: datetime) -> datetime | None:
    """Return when the update that is due now became due, None where none is.

    A time that passed before the schedule was set is not made up for; of several that passed while
    everything was down only the last is.
    """
    if campaign.updates.schedule == Schedule.PREFERENCES:
        return _due_by_preferences(campaign)
    due_at = _last_daily(campaign, now)
    if campaign.updates.schedule == Schedule.HOURS:
        due_at = _last_of_hours(campaign, now)
    is_settled = campaign.scheduled_updates.filter(due_at__gte=due_at).exists()
    return None if is_settled or due_at <= _set_at(campaign) else due_at


def describe_schedule(campaign: Campaign) -> str:
    """Return when the learner is updated without a round of attacks, in words."""
    return {
        Schedule.BY_HAND: "when somebody asks for it",
        Schedule.PREFERENCES: f"after {campaign.updates.schedule_preferences} new preferences",
        Schedule.DAILY: f"every day at {campaign.updates.schedule_at:%H:%M}",
        Schedule.HOURS: f"every {campaign.updates.schedule_hours} hours",
    }[Schedule(campaign.updates.schedule)]


def _due_by_preferences(campaign: Campaign) -> datetime | None:
    """A round under way will take the new ones with it: nothing is due until it has ended."""
    wanted = campaign.updates.schedule_preferences
    fresh = new_preferences(campaign, of_newest=WINDOW + wanted)
    if campaign.rounds.open().exists() or fresh.count() < wanted:
        return None
    newest = fresh.latest("created_at").created_at
    return None if campaign.scheduled_updates.filter(due_at=newest).exists() else newest


def _last_daily(campaign: Campaign, now: datetime) -> datetime:
    local = timezone.localtime(now)
    today = datetime.combine(local.date(), campaign.updates.schedule_at, tzinfo=local.tzinfo)
    return today if today <= now else today - timedelta(days=1)


def _last_of_hours(campaign: Campaign, now: datetime) -> datetime:
    start, step = _set_at(campaign), timedelta(hours=campaign.updates.schedule_hours)
    return start + step * ((now - start) // step)


def _set_at(campaign: Campaign) -> datetime:
    return campaign.updates.schedule_set_at or campaign.created_at


def _settle(campaign: Campaign, due_at: datetime) -> ScheduledUpdate | None:
    """Start the update or say why not; None where another process has settled it just now."""
    try:
        with transaction.atomic():
            round_, reason = _start(campaign)
            return ScheduledUpdate.objects.create(
                campaign=campaign, due_at=due_at, round=round_, reason=reason
            )
    except IntegrityError:
        return None


def _start(campaign: Campaign) -> tuple[Round | None, str]:
    if waiting := reason_to_wait(campaign):
        return None, f"skipped: {waiting}"
    reason = f"by the schedule, {describe_schedule(campaign)}"
    try:
        return start_update(campaign=campaign, reason=reason), f"started {reason}"
    except OversightError as error:
        return None, f"skipped: {error}"
