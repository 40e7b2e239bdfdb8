"""Somebody accepts a kind of weakness that an attacker proposed, or does not."""

from django.db import transaction
from django.utils import timezone

from oversight.campaigns.services.settings import change_settings
from oversight.errors import WrongState
from oversight.models import ProposalState, User, WeaknessProposal


@transaction.atomic
def decide_proposal(*, proposal: WeaknessProposal, is_accepted: bool, user: User) -> None:
    """Write what was decided; what is accepted joins the campaign's kinds of query as a new version of
    its settings. Raises WrongState where it was decided already.
    """
    locked = WeaknessProposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.state != ProposalState.OPEN:
        raise WrongState(f"“{locked.name}” was decided already")
    locked.state = ProposalState.ACCEPTED if is_accepted else ProposalState.REJECTED
    locked.decided_by, locked.decided_at = user, timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    campaign = locked.round.campaign
    kinds = list(campaign.basics.taxonomy)
    if is_accepted and locked.name.casefold() not in {kind.casefold() for kind in kinds}:
        change_settings(campaign=campaign, changed_by=user, taxonomy=[*kinds, locked.name])
