"""Who worked on the campaign, its rounds with their versions, and what training made of them."""

from datetime import datetime
from typing import Any

from oversight.data.selectors.frozen import Freeze
from oversight.data.services.snapshots import freeze
from oversight.models import (
    ActiveVersion,
    BackendKind,
    Campaign,
    CampaignMember,
    Evaluation,
    MemberRole,
    ModelVersion,
    Principle,
    Promotion,
    Role,
    Round,
    RunState,
    SourceReliability,
    Stage,
    TrainingRun,
    User,
)

from .units import PEOPLE, SIMULATED

STEPS = range(0, 200, 10)
GUIDELINES = (
    "This campaign was made by a program to see how pages bear many items. Nobody judged anything of it: "
    "the people in it are accounts that nobody can sign in with."
)
PRINCIPLES = ["Every step is right.", "Use only what is asked."]
REFUSED_EVERY = 2  # each second update is no better


def make_campaign(slug: str) -> Campaign:
    settings: dict[str, Any] = {
        "guidelines": GUIDELINES,
        "is_adjudicated": True,
        "hidden_share": 0.1,
        "blind_first_share": 0.1,
    }
    campaign = Campaign.objects.create(slug=slug, name=f"Made up: {slug}", **settings)
    Principle.objects.bulk_create(
        Principle(campaign=campaign, number=number, text=text)
        for number, text in enumerate(PRINCIPLES, start=1)
    )
    return campaign


def make_people(campaign: Campaign) -> list[int]:
    """Return the ids of those who annotate, the simulated ones last.

    The others count as people, so that pages have something to show of people; they are inactive and
    without a password, so that nobody is taken for one of them.
    """
    names = [(f"seed-{campaign.slug}-{n}", n > PEOPLE) for n in range(1, PEOPLE + SIMULATED + 1)]
    people = [
        User.objects.create(username=name, is_active=False, is_simulated=is_simulated)
        for name, is_simulated in names
    ]
    for user in people:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    CampaignMember.objects.bulk_create(
        CampaignMember(campaign=campaign, user=user, role=MemberRole.ANNOTATOR) for user in people
    )
    return [user.pk for user in people]


def make_version(campaign: Campaign, role: str, parent: ModelVersion | None = None) -> ModelVersion:
    """A version of recorded answers: nothing of it can be asked anew, so no round begins by itself."""
    return ModelVersion.objects.create(
        campaign=campaign,
        role=role,
        name=f"seed-{role}",
        revision=parent.revision + 1 if parent else 0,
        backend=BackendKind.RECORDED,
        parent=parent,
    )


def make_rounds(campaign: Campaign, count: int, begin: datetime, until: datetime) -> list[Round]:
    """Make finished rounds, each with a version that it trained, promoted or refused."""
    at_work = {role: make_version(campaign, role) for role in Role.values}
    for role, version in at_work.items():
        _promote(campaign, role, version, None, "the first one")
    candidate = at_work[Role.LEARNER]
    rounds = []
    for number in range(1, count + 1):
        ended = begin + (until - begin) * number / count
        round_ = _round(campaign, number, at_work, ended - (until - begin) / count, ended)
        candidate = make_version(campaign, Role.LEARNER, candidate)
        is_promoted = number % REFUSED_EVERY != 0
        _evaluate(round_, candidate, is_promoted=is_promoted)
        if is_promoted:
            before, at_work[Role.LEARNER] = at_work[Role.LEARNER], candidate
            _promote(campaign, Role.LEARNER, candidate, before, round_.outcome)
        rounds.append(round_)
    for role, version in at_work.items():
        ActiveVersion.objects.create(campaign=campaign, role=role, version=version)
    return rounds


def _promote(
    campaign: Campaign, role: str, version: ModelVersion, before: ModelVersion | None, reason: str
) -> None:
    Promotion.objects.create(
        campaign=campaign, role=role, version=version, previous=before, reason=reason
    )


def _round(
    campaign: Campaign,
    number: int,
    at_work: dict[str, ModelVersion],
    begun: datetime,
    ended: datetime,
) -> Round:
    round_ = Round.objects.create(
        campaign=campaign,
        number=number,
        stage=Stage.DONE,
        plan={"slots": [], "audit_share": 0.1, "confidence_threshold": 0.9},
        seed=number,
        attacker=at_work[Role.ATTACKER],
        learner=at_work[Role.LEARNER],
        critic=at_work[Role.CRITIC],
        review_closed_at=ended,
        finished_at=ended,
    )
    Round.objects.filter(pk=round_.pk).update(created_at=begun)
    SourceReliability.objects.create(
        campaign=campaign,
        round=round_,
        source="critic",
        version=at_work[Role.CRITIC],
        judged_by="person",
        method="beta",
        pairs=1000,
        audited=200,
        p_w=0.86,
        p_l=0.14,
    )
    return round_


def _evaluate(round_: Round, candidate: ModelVersion, *, is_promoted: bool) -> None:
    low, rate = (0.53, 0.58) if is_promoted else (0.44, 0.5)
    word, than = ("promoted", "above") if is_promoted else ("refused", "not above")
    reason = f"the lower bound of the win-rate, {low:.2f}, is {than} one half"
    Evaluation.objects.create(
        campaign=round_.campaign,
        round=round_,
        candidate=candidate,
        baseline=round_.learner,
        metrics={
            "queries": 400.0,
            "win_rate": rate,
            "win_rate_low": low,
            "win_rate_high": rate + 0.05,
            "candidate_score": 0.6 + 0.03 * round_.number,
            "baseline_score": 0.57 + 0.03 * round_.number,
        },
        is_promoted=is_promoted,
        reasons=[reason],
    )
    round_.outcome = f"{candidate} {word}: {reason}"
    round_.save(update_fields=["outcome"])


def make_training(campaign: Campaign, round_: Round) -> None:
    """Freeze what the round's labels came to, and make the run that was trained on it."""
    asked = Freeze(first_round=round_.number, last_round=round_.number)
    snapshot = freeze(campaign=campaign, asked=asked, name=f"Round {round_.number}")
    TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        snapshot=snapshot,
        parent=round_.learner,
        settings={"loss": "dpo_sft", "method": "full", "beta": 0.1, "reference": "parent"},
        state=RunState.SUCCEEDED,
        metrics=[_metrics(step, round_.number) for step in STEPS],
        result_version=round_.evaluation.candidate,
        started_at=round_.finished_at,
        finished_at=round_.finished_at,
    )


def _metrics(step: int, number: int) -> dict[str, Any]:
    gone = step / STEPS.stop
    return {
        "step": step,
        "loss": 0.69 - 0.3 * gone - 0.01 * number,
        "rewards/margins": 0.9 * gone,
        "rewards/accuracies": 0.5 + 0.35 * gone,
    }
