"""What failed lately in the campaigns that a person may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from oversight.models import (
    Campaign,
    Delivery,
    DeliveryState,
    Round,
    RunState,
    ServedState,
    TrainingRun,
    Trial,
    TrialState,
    UnitState,
    User,
    WebhookDelivery,
    WorkUnit,
)

LATELY = timedelta(days=14)
MOST = 12


@dataclass(frozen=True)
class Failure:
    """What failed, why, and the page where it is seen to: a name and what its address takes."""

    at: datetime
    what: str
    reason: str
    campaign: Campaign
    place: str
    args: tuple[str | int, ...]


def failures(person: User) -> list[Failure]:
    """Return the latest, newest first: units of open rounds, trainings, models tried or served,
    webhooks."""
    mine = Campaign.objects.visible_to(person)
    since = timezone.now() - LATELY
    of_models = [*_trials(mine, since), *_deliveries(mine, since)]
    found = [*_units(mine), *_runs(mine, since), *of_models, *_webhooks(mine, since)]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MOST]


def _units(mine: QuerySet[Campaign]) -> Iterator[Failure]:
    open_ones = Round.objects.open().filter(campaign__in=mine)
    rows = WorkUnit.objects.filter(round__in=open_ones, state=UnitState.FAILED)
    for row in rows.select_related("round__campaign").order_by("-ended_at")[:MOST]:
        round_, campaign = row.round, row.round.campaign
        what = f"{row.get_stage_display()}, part {row.index + 1}, round {round_.number}"
        args = (campaign.slug, round_.number)
        yield Failure(row.ended_at or row.available_at, what, row.error, campaign, "round", args)


def _runs(mine: QuerySet[Campaign], since: datetime) -> Iterator[Failure]:
    rows = TrainingRun.objects.filter(
        campaign__in=mine, state=RunState.FAILED, finished_at__gt=since
    )
    for row in rows.select_related("campaign").order_by("-finished_at")[:MOST]:
        assert row.finished_at is not None
        args = (row.campaign.slug, row.pk)
        yield Failure(row.finished_at, "A training", row.reason, row.campaign, "training-run", args)


def _trials(mine: QuerySet[Campaign], since: datetime) -> Iterator[Failure]:
    rows = Trial.objects.filter(
        version__campaign__in=mine, state=TrialState.FAILED, ended_at__gt=since
    )
    for row in rows.select_related("version__campaign").order_by("-ended_at")[:MOST]:
        assert row.ended_at is not None
        campaign, what = row.version.campaign, f"{row.version}, tried as {row.version.role}"
        yield Failure(
            row.ended_at, what, row.outcome, campaign, "campaign-models", (campaign.slug,)
        )


def _deliveries(mine: QuerySet[Campaign], since: datetime) -> Iterator[Failure]:
    """Yield what servers were found not to serve; one that was being tried is told as that."""
    rows = Delivery.objects.filter(
        version__campaign__in=mine, state=ServedState.FAILED, looked_at__gt=since
    ).exclude(version__trial__state=TrialState.FAILED)
    for row in rows.select_related("version__campaign").order_by("-looked_at")[:MOST]:
        assert row.looked_at is not None
        campaign, what = row.version.campaign, f"{row.version}, to be served"
        yield Failure(
            row.looked_at, what, row.outcome, campaign, "campaign-models", (campaign.slug,)
        )


def _webhooks(mine: QuerySet[Campaign], since: datetime) -> Iterator[Failure]:
    rows = WebhookDelivery.objects.filter(
        endpoint__campaign__in=mine, state=DeliveryState.DEAD, ended_at__gt=since
    )
    for row in rows.select_related("endpoint__campaign")[:MOST]:
        assert row.ended_at is not None
        campaign = row.endpoint.campaign
        args = (campaign.slug, row.endpoint_id)
        yield Failure(row.ended_at, "A webhook", row.outcome, campaign, "webhook", args)
