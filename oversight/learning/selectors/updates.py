"""What an update of the learner would be made of, and what became of the scheduled ones."""

from django.db.models import QuerySet

from oversight.data.selectors.preferences import standing_preferences
from oversight.models import Campaign, Preference, RunState, ScheduledUpdate, Snapshot


def new_preferences(campaign: Campaign) -> QuerySet[Preference]:
    """Return the standing preferences that the last successful update did not have."""
    standing = standing_preferences(campaign)
    last = Snapshot.objects.filter(campaign=campaign, runs__state=RunState.SUCCEEDED)
    newest = last.order_by("-runs__finished_at", "-runs__pk").first()
    if newest is None:
        return standing
    return standing.exclude(pk__in=newest.rows.values("preference_id"))


def reason_to_wait(campaign: Campaign) -> str:
    """Return why an update cannot begin now or would change nothing, "" where it may begin."""
    open_round = campaign.rounds.open().first()
    if open_round:
        return f"round {open_round.number} is under way, and ends with an update"
    standing = standing_preferences(campaign).count()
    if standing < campaign.training.min_preferences:
        return f"{standing} preferences, at least {campaign.training.min_preferences} are asked for"
    if not new_preferences(campaign).exists():
        return "no new preferences since the last update"
    return ""


def latest_scheduled(campaign: Campaign, limit: int = 5) -> QuerySet[ScheduledUpdate]:
    return campaign.scheduled_updates.select_related("round")[:limit]
