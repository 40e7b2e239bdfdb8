"""How long the open work takes with these people, and what a round's budget buys."""

from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db.models import Sum
from django.utils import timezone

from annotate.team.selectors.figures import days_of
from oversight.asking.selectors.effort import USUAL_SECONDS, seconds_of_one
from oversight.models import Campaign

DAYS_LOOKED_AT = 7


@dataclass(frozen=True)
class Effort:
    """`open` answers are asked for, each of about `seconds_each`; `people` worked on the days looked
    at, together `minutes_a_day`. `budget_items` and `budget_minutes` are a round's, None: no bound."""

    open: int
    seconds_each: float
    is_measured: bool
    people: int
    minutes_a_day: float
    budget_items: int
    budget_minutes: float | None

    @property
    def minutes(self) -> float:
        return self.open * self.seconds_each / 60

    @property
    def days(self) -> float | None:
        """Days until all is judged at the present pace; None where nobody worked lately."""
        return self.minutes / self.minutes_a_day if self.minutes_a_day else None

    @property
    def minutes_of_round(self) -> float:
        """What people spend on a round that asks as much as it may."""
        by_items = self.budget_items * self.seconds_each / 60
        return by_items if self.budget_minutes is None else min(by_items, self.budget_minutes)

    @property
    def answers_of_round(self) -> int:
        return int(self.minutes_of_round * 60 / self.seconds_each)


def effort_of(campaign: Campaign) -> Effort:
    measured = seconds_of_one(campaign)
    today = timezone.now().astimezone(UTC).date()
    worked = days_of(campaign, since=today - timedelta(days=DAYS_LOOKED_AT - 1), until=today)
    days = [day for day in worked if day.seconds and not day.is_simulated]
    return Effort(
        open=campaign.items.open().filter(seats_free__gt=0).aggregate(n=Sum("seats_free"))["n"]
        or 0,
        seconds_each=measured or USUAL_SECONDS,
        is_measured=measured is not None,
        people=len({day.username for day in days}),
        minutes_a_day=sum(day.minutes for day in days) / DAYS_LOOKED_AT,
        budget_items=campaign.routing.human_budget,
        budget_minutes=campaign.routing.human_minutes,
    )
