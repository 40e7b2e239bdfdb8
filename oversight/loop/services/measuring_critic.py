"""The critic at work reads answers whose truth is known, so that it can be measured though it does not
learn: what the trial of a new critic and its parent asks, outside of any round."""

from collections.abc import Callable

from django.db import transaction

from oversight.errors import WrongState
from oversight.loop.stages.asking import answer_here
from oversight.loop.stages.critique import ask_critic, read_findings, store_findings
from oversight.loop.stages.roles.critic_trial import (
    Trial,
    read_answers,
    store_tampered_answers,
)
from oversight.models import Campaign, Critique, ModelVersion, Response, Role
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import demand_not_ended
from oversight.statistics.seeds import derive_seed
from oversight.versions.selectors.active import active_version

AT_ONCE = 50  # answers between two commits: what was read stays, whatever happens to the rest


def measure_critic_now(
    campaign: Campaign, *, told: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Have the critic at work read held-out answers, and what imported data or people labelled, as far as
    it has not; return how many it read. `told` hears how many of how many are read.

    What it says is kept as its critiques, as in a trial; no round pays for it. Raises AtRest in a
    finished campaign, WrongState where there is no critic, nothing to read, or a round under way, whose
    own units may ask the same; and what the model raises.
    """
    demand_not_ended(campaign, Permission.RUN_ROUNDS)
    critic = active_version(campaign, Role.CRITIC)
    if critic is None:
        raise WrongState(f"{campaign.slug} has no critic")
    if campaign.rounds.open().exists():
        raise WrongState(f"a round of {campaign.slug} is under way: wait for its end")
    seed = derive_seed(campaign.slug, "measure")
    trial = Trial(campaign, critic, seed, seed)
    with transaction.atomic():
        _lock(campaign)
        store_tampered_answers(trial)
    wanted = read_answers(trial)
    if not wanted:
        raise WrongState(
            f"{campaign.slug} has no answer whose truth is known: a round that trains the learner gives "
            "answers to held-out queries; or import pairs (RewardBench) or labelled steps"
        )
    return _read(critic, _unread(critic, wanted), told)


def _lock(campaign: Campaign) -> None:
    """Have another one that measures here wait while this one writes, never while a model thinks."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _unread(critic: ModelVersion, wanted: list[Response]) -> list[Response]:
    rows = Critique.objects.filter(response__in=wanted, version=critic, sample=0)
    known = set(rows.values_list("response", flat=True))
    return [row for row in wanted if row.pk not in known]


def _read(critic: ModelVersion, rows: list[Response], told: Callable[[int, int], None]) -> int:
    for first in range(0, len(rows), AT_ONCE):
        part = rows[first : first + AT_ONCE]
        findings = read_findings(answer_here(ask_critic(critic, part)))
        with transaction.atomic():
            _lock(critic.campaign)
            unread = {row.pk for row in _unread(critic, part)}
            store_findings(critic, [each for each in findings if each.response_id in unread])
        told(min(first + AT_ONCE, len(rows)), len(rows))
    return len(rows)
