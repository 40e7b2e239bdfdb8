"""Starting a round and what may be done to a running one."""

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from oversight.asking.services.checkers import checker_of
from oversight.dispatch import send_after_commit
from oversight.errors import InvalidCampaign, WrongState
from oversight.feedback.services.settling import close_unanswered
from oversight.learning.selectors.updates import reason_to_wait
from oversight.loop.services.round_slots import fill_slots
from oversight.loop.services.work import retry_failed_units
from oversight.models import (
    Act,
    BackendKind,
    Campaign,
    ModelVersion,
    Role,
    Round,
    Stage,
    User,
)
from oversight.people.selectors.roles import demand_at_work
from oversight.people.services.audit import record_act
from oversight.statistics.seeds import derive_seed
from oversight.telemetry.code import code_version
from oversight.versions.selectors.active import active_version, is_being_tried

FROZEN = [
    "queries_per_round",
    "pool_share",
    "query_writing",
    "follow_up_share",
    "samples_per_query",
    "temperature",
    "max_tokens",
    "refine_share",
    "cross_share",
    "audit_share",
    "confidence_threshold",
    "acceptance",
    "acceptance_alpha",
    "acceptance_delta",
    "always_ask",
    "asks_contradicted",
    "critic_samples",
    "critic_search",
    "human_budget",
    "human_minutes",
    "annotators_per_item",
    "answers_per_item",
    "asks_flaws",
    "loss",
    "method",
    "beta",
    "nll_weight",
    "shared_weight",
    "quote_weight",
    "later_weight",
    "learning_rate",
    "epochs",
    "batch_size",
    "gradient_accumulation",
    "pair_tokens",
    "lora_rank",
    "lora_alpha",
    "lora_targets",
    "dtype",
    "min_preferences",
    "reference",
    "patience",
    "uses_reward_model",
    "gate_items",
    "flawed_items",
    "critic_at_chance",
    "critic_learning",
    "critic_revisions",
    "attacker_learning",
    "gold_items",
    "tampered_items",
    "tampered_by",
    "rating_items",
]
PROMPT_FIELDS = ["guidelines", "learner_instructions", "attacker_instructions"]


def start_round(*, campaign: Campaign, started_by: User | None = None) -> Round:
    """Freeze the plan of the campaign's next round and dispatch its first units.

    Raises InvalidCampaign where a model or queries are missing, WrongState while a round is open,
    AtRest in a campaign that is paused or finished.
    """
    return _start(campaign, reason="", started_by=started_by)


def start_update(*, campaign: Campaign, reason: str) -> Round:
    """Start a round without attacks: it updates the learner from the preferences that are there.

    Raises WrongState, with the reason, where nothing new is there or a round is open, which ends
    with an update itself; InvalidCampaign where there is no learner.
    """
    demand_at_work(campaign)
    if waiting := reason_to_wait(campaign):
        raise WrongState(waiting)
    return _start(campaign, reason=reason)


def start_comparison(*, candidate: ModelVersion, reason: str, started_by: User) -> Round:
    """Start a round that only puts a candidate before the gate. Raises as `start_round`."""
    why = reason or f"to compare {candidate}"
    return _start(candidate.campaign, reason=why, started_by=started_by, candidate=candidate)


def _start(
    campaign: Campaign,
    *,
    reason: str,
    started_by: User | None = None,
    candidate: ModelVersion | None = None,
) -> Round:
    demand_at_work(campaign)
    if open_round := campaign.rounds.open().first():
        raise WrongState(f"round {open_round.number} of {campaign.slug} is still open")
    try:
        with transaction.atomic():
            # Whoever pauses or finishes it locks the row too.
            demand_at_work(Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk))
            round_ = _create_round(campaign, reason, candidate)
            record_act(Act.ROUND_STARTED, campaign=campaign, by=started_by, number=round_.number)
    except IntegrityError as error:
        raise WrongState(f"another round of {campaign.slug} was started just now") from error
    wake_coordinator()
    return round_


def close_review(*, round: Round) -> None:
    """Go on with what people have judged so far: nobody is asked any more, leases end by themselves.

    Items that somebody has answered close with the answers that they have, others are withdrawn.
    Raises WrongState where the round does not wait for people.
    """
    now, this = timezone.now(), Round.objects.filter(pk=round.pk)
    with transaction.atomic():
        in_review = this.filter(stage=Stage.REVIEW, review_closed_at__isnull=True)
        has_closed_review = in_review.update(review_closed_at=now)
        ended = 0
        if has_closed_review or this.filter(stage=Stage.COMPARE).exists():
            ended = close_unanswered(round=round)
        if not (has_closed_review or ended):
            raise WrongState(f"round {round.number} is not waiting for people")
        record_act(Act.REVIEW_CLOSED, campaign=round.campaign, number=round.number)
        wake_coordinator()


def retry_failed(*, round: Round) -> int:
    """Make the round's failed units due again. Raises WrongState where none has failed."""
    with transaction.atomic():
        count = retry_failed_units(round.pk)
        if not count:
            raise WrongState(f"nothing of round {round.number} has failed")
        record_act(Act.ROUND_RETRIED, campaign=round.campaign, number=round.number)
        wake_coordinator()
    return count


def wake_coordinator() -> None:
    send_after_commit("oversight.tasks.coordinate", queue="control")


def _create_round(
    campaign: Campaign, update_reason: str, candidate: ModelVersion | None = None
) -> Round:
    """Create a whole round, or with a reason one that only updates the learner; with a candidate, one
    that only compares it."""
    learner = active_version(campaign, Role.LEARNER)
    if learner is None and is_being_tried(campaign, Role.LEARNER):
        raise WrongState(f"the learner of {campaign.slug} is still being tried")
    if learner is None or learner.backend == BackendKind.RECORDED:
        raise InvalidCampaign(f"{campaign.slug} has no learner that can answer new queries")
    checker_of(campaign)  # better refused now than in the midst of it
    attacker = None if update_reason else active_version(campaign, Role.ATTACKER)
    number = (campaign.rounds.aggregate(last=Max("number"))["last"] or 0) + 1
    seed = derive_seed(campaign.slug, number)
    round_ = Round.objects.create(
        campaign=campaign,
        number=number,
        seed=seed,
        attacker=attacker,
        learner=learner,
        critic=active_version(campaign, Role.CRITIC),
        candidate=candidate,
        plan=_frozen_settings(campaign),
        least_code=code_version(),
    )
    round_.plan["models"] = _frozen_models(round_)
    if update_reason:
        round_.plan = {**round_.plan, "slots": [], "update_only": update_reason}
    else:
        slots = fill_slots(round_)
        round_.plan = {**round_.plan, "slots": slots}
    round_.save(update_fields=["plan", "attacker"])
    return round_


def _frozen_models(round_: Round) -> dict[str, dict[str, object]]:
    """Return which models the round asks and how: what is said of a version never changes, and the
    plan can be read without it."""
    at_work = {"attacker": round_.attacker, "learner": round_.learner, "critic": round_.critic}
    return {
        role: {
            "version": str(version),
            "served_name": version.served_name,
            "sha256": version.sha256,
            "options": version.options,
        }
        for role, version in at_work.items()
        if version
    }


def _frozen_settings(campaign: Campaign) -> dict[str, object]:
    hashes = {
        name: hashlib.sha256(campaign.setting(name).encode()).hexdigest() for name in PROMPT_FIELDS
    }
    principles = list(
        campaign.principles.filter(retired_at__isnull=True).values_list("number", "version")
    )
    settings = {name: campaign.setting(name) for name in FROZEN}
    return {**settings, "prompt_hashes": hashes, "principles": principles}
