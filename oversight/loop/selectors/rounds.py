"""What a campaign's pages show at one glance."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from oversight.learning.selectors.updates import latest_scheduled, new_preferences, reason_to_wait
from oversight.loop.selectors.progress import (
    LabelCounts,
    StageProgress,
    judgement_counts,
    preference_counts,
    round_progress,
)
from oversight.models import (
    ActiveVersion,
    Campaign,
    ModelVersion,
    Promotion,
    Query,
    Role,
    Round,
    ScheduledUpdate,
    Split,
    Stage,
    TrainingRun,
)

ROUNDS_PER_PAGE = 10


@dataclass(frozen=True)
class LiveRound:
    """A round with its stages; `run` is its training, where it has come to that."""

    round: Round
    stages: list[StageProgress]
    run: TrainingRun | None

    @property
    def now(self) -> StageProgress | None:
        return next((stage for stage in self.stages if stage.state == "now"), None)

    @property
    def has_failed(self) -> bool:
        return any(stage.failed for stage in self.stages)

    @property
    def waits_for_people(self) -> bool:
        """Whether they are all that it waits for."""
        if self.round.stage == Stage.REVIEW:
            return self.round.review_closed_at is None
        now = self.now
        return now is not None and now.counts_items and now.done < now.total


@dataclass(frozen=True)
class Overview:
    rounds: "Page[Round]"
    live: LiveRound | None
    active: list[ActiveVersion]
    missing_roles: list[str]
    judgements: LabelCounts
    preferences: LabelCounts
    queries: int
    held_out: int
    unused: int
    new_preferences: int
    reason_to_wait: str
    scheduled: list[ScheduledUpdate]


# A large round's plan takes megabytes, and lists of rounds need one word of it.
UPDATE_ONLY = KeyTextTransform("update_only", "plan")


def open_round(campaign: Campaign) -> LiveRound | None:
    """Return the round under way, None between rounds."""
    round_ = rounds_of(campaign).filter(finished_at__isnull=True).first()
    return live_round(round_) if round_ else None


def live_round(round_: Round) -> LiveRound:
    run = TrainingRun.objects.filter(round=round_).first()
    return LiveRound(round_, round_progress(round_), run)


def rounds_of(campaign: Campaign) -> QuerySet[Round]:
    """Return the rounds, their plans left to be read where they are needed."""
    related = ("learner", "attacker", "critic", "training_run", "evaluation")
    rounds = Round.objects.filter(campaign=campaign).select_related(*related)
    return rounds.defer("plan").annotate(update_only=UPDATE_ONLY)


def campaign_overview(campaign: Campaign, page: str = "1") -> Overview:
    rounds = Paginator(rounds_of(campaign), ROUNDS_PER_PAGE).get_page(page)
    active = list(ActiveVersion.objects.filter(campaign=campaign).select_related("version"))
    queries = Query.objects.usable().filter(campaign=campaign)
    return Overview(
        rounds=rounds,
        live=open_round(campaign),
        active=active,
        missing_roles=[role for role in Role.values if role not in {row.role for row in active}],
        judgements=judgement_counts(campaign),
        preferences=preference_counts(campaign),
        queries=queries.count(),
        held_out=queries.filter(split=Split.HELD_OUT).count(),
        unused=queries.filter(split=Split.TRAIN, round__isnull=True).count(),
        new_preferences=new_preferences(campaign).count(),
        reason_to_wait=reason_to_wait(campaign),
        scheduled=list(latest_scheduled(campaign)),
    )


def versions_by_role(campaign: Campaign) -> dict[str, list[ModelVersion]]:
    """Return all versions, newest first, under each role's label."""
    rows = ModelVersion.objects.filter(campaign=campaign).with_status()
    rows = rows.select_related("parent", "trial")
    ordered = list(rows.order_by("-created_at", "-pk"))
    return {role.label: [row for row in ordered if row.role == role] for role in Role}


def promotion_history(campaign: Campaign, limit: int = 50) -> QuerySet[Promotion]:
    rows = Promotion.objects.filter(campaign=campaign)
    return rows.select_related("version", "previous", "promoted_by")[:limit]
