"""Pausing, resuming, finishing and archiving a campaign: one row's change."""

from django.db import transaction
from django.utils import timezone

from oversight.campaigns.policies.states import Move, moves_from
from oversight.dispatch import send_after_commit
from oversight.errors import WrongState
from oversight.models import Act, Campaign, CampaignState, User
from oversight.models.campaigns import SINCE
from oversight.people.services.audit import record_act


def move_campaign(*, campaign: Campaign, move: Move, reason: str, by: User | None = None) -> None:
    """Bring the campaign into the state that `move` leads to.

    Raises WrongState where it is in it already, and where a round is open that its end would leave
    half done.
    """
    with transaction.atomic():
        # Whoever starts a round locks the row too: neither overtakes the other.
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if move not in moves_from(locked.state):
            raise WrongState(f"{locked.name} is {locked.state}: there is nothing to {move.verb}")
        if move.is_end:
            _refuse_open_round(locked)
        _set_state(locked, CampaignState(move.to), reason)
        record_act(Act(move.act), campaign=locked, by=by, reason=reason)
        # Besides, it looks by itself every few seconds.
        send_after_commit("oversight.tasks.coordinate", queue="control")
    campaign.refresh_from_db()


def _refuse_open_round(campaign: Campaign) -> None:
    if round_ := campaign.rounds.filter(finished_at__isnull=True).first():
        raise WrongState(
            f"round {round_.number} of {campaign.name} is still open: let it end, or cancel it"
        )


def _set_state(campaign: Campaign, state: CampaignState, reason: str) -> None:
    """What is archived has been finished, since then if not before."""
    now, finished_at = timezone.now(), campaign.finished_at
    for column in SINCE.values():
        setattr(campaign, column, None)
    if state != CampaignState.ACTIVE:
        setattr(campaign, SINCE[state], now)
    if state in (CampaignState.ARCHIVED, CampaignState.FINISHED):
        campaign.finished_at = finished_at or now
    campaign.state_reason = "" if state == CampaignState.ACTIVE else reason
    campaign.save(update_fields=[*SINCE.values(), "state_reason"])
