"""How long the open work takes with these people, and what a round's budget buys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db.models import Sum
from django.utils import timezone

from annotate.team.selectors.figures import Day, days_of
from oversight.asking.selectors.effort import LEAST_JUDGEMENTS, USUAL_SECONDS, seconds_of_one
from oversight.models import Campaign
from oversight.policies.durations import in_words

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
    people_to_an_item: int
    budget_minutes: float | None

    @property
    def minutes(self) -> float:
        return self.open * self.seconds_each / 60

    @property
    def days(self) -> float | None:
        """Days until all is judged at the present pace; None where nothing is known of it."""
        return self.minutes / self.minutes_a_day if self.minutes_a_day else None

    @property
    def days_in_words(self) -> str:
        if self.days is None or self.days < 1:
            return "less than a day"
        days = round(self.days)
        return "about 1 day" if days == 1 else f"about {days:,} days"

    @property
    def times(self) -> dict[str, str]:
        """In words: what the open `work` takes, the `pace` a day, a `round`, and `each` answer."""
        minutes = {"work": self.minutes, "pace": self.minutes_a_day, "round": self.minutes_of_round}
        seconds = {name: 60 * each for name, each in minutes.items()} | {"each": self.seconds_each}
        return {name: in_words(each) for name, each in seconds.items()}

    @property
    def minutes_of_round(self) -> float:
        """What people spend on a round that asks as much as it may."""
        by_items = self.budget_items * self.people_to_an_item * self.seconds_each / 60
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
        minutes_a_day=_pace(days, today),
        budget_items=campaign.routing.human_budget,
        people_to_an_item=campaign.judging.annotators_per_item,
        budget_minutes=campaign.routing.human_minutes,
    )


def _pace(days: Sequence[Day], today: date) -> float:
    """Return the minutes a day since the first of these days: before it there was nothing to do. 0
    where too little was done to tell."""
    if sum(day.items for day in days) < LEAST_JUDGEMENTS:
        return 0.0
    since = min(day.day for day in days)
    return sum(day.minutes for day in days) / ((today - since).days + 1)
