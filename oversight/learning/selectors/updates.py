"""What an update of the learner would be made of, and what became of the scheduled ones."""

from collections.abc import Sequence

from django.db.models import QuerySet

from oversight.campaigns.policies.splitting import in_share
from oversight.data.policies.shares import VALIDATION_SALT, VALIDATION_SHARE
from oversight.data.selectors.preferences import (
    newest_ids,
    newest_preferences,
    standing_preferences,
)
from oversight.learning.policies.trainable import why_not_trained
from oversight.models import (
    ActiveVersion,
    Campaign,
    ModelVersion,
    Preference,
    Role,
    RunState,
    ScheduledUpdate,
    Snapshot,
)
from oversight.versions.selectors.active import active_version

# Of a campaign's preferences, those that are looked through for new ones. An update has all that
# stand: what is older than that was in it.
WINDOW = 500


def new_preferences(campaign: Campaign, *, of_newest: int = WINDOW) -> QuerySet[Preference]:
    """Return the standing preferences that the last successful update did not have, as far as they are
    among the newest so many."""
    return newest_preferences(campaign, of_newest, but_of=_last_trained_on(campaign))


def new_count(campaign: Campaign) -> int:
    """Return how many `new_preferences` there are."""
    return len(newest_ids(campaign, WINDOW, but_of=_last_trained_on(campaign)))


def _last_trained_on(campaign: Campaign) -> Snapshot | None:
    last = Snapshot.objects.filter(campaign=campaign, runs__state=RunState.SUCCEEDED)
    return last.order_by("-runs__finished_at", "-runs__pk").first()


def reason_to_wait(
    campaign: Campaign, *, fresh: int | None = None, active: Sequence[ActiveVersion] | None = None
) -> str:
    """Return why an update cannot begin now or would change nothing, "" where it may begin.

    Where they are known already: `fresh` is how many new preferences there are, `active` what is at
    work.
    """
    open_round = campaign.rounds.open().first()
    if open_round:
        return f"round {open_round.number} is under way, and ends with an update"
    learner = _learner(campaign, active)
    if learner and (problem := why_not_trained(learner, campaign.training.method)):
        return problem
    if problem := _too_few(campaign):
        return problem
    if not (new_count(campaign) if fresh is None else fresh):
        return "no new preferences since the last update"
    return ""


def _learner(campaign: Campaign, active: Sequence[ActiveVersion] | None) -> ModelVersion | None:
    if active is None:
        return active_version(campaign, Role.LEARNER)
    return next((row.version for row in active if row.role == Role.LEARNER), None)


def _too_few(campaign: Campaign) -> str:
    """Return why the standing preferences are too few, "" where they are enough."""
    enough = campaign.training.min_preferences
    # Where there are enough, no more is read than tells that.
    if len(newest_ids(campaign, 2 * enough)) >= enough:
        return ""
    clusters = standing_preferences(campaign).values_list("query__cluster", flat=True)
    kept = [in_share(cluster, VALIDATION_SHARE, VALIDATION_SALT) for cluster in clusters]
    return told_too_few(len(kept), sum(kept), enough) if len(kept) < enough else ""


def told_too_few(preferences: int, to_validate: int, enough: int) -> str:
    """Return why nothing is trained: some of the preferences are kept, and only the rest counts."""
    told = f"{preferences} preference{'' if preferences == 1 else 's'}"
    if to_validate:
        left = preferences - to_validate
        told = f"{told}, {to_validate} of them kept to validate: {left} to train on"
    return f"{told}, at least {enough} are asked for"


def latest_scheduled(campaign: Campaign, limit: int = 5) -> QuerySet[ScheduledUpdate]:
    return campaign.scheduled_updates.select_related("round")[:limit]
