"""How long people take."""

from django.db.models import Avg, Count, Sum
from django.db.models.functions import Length

from oversight.models import Campaign, ItemFacts, Judgement, Source

RECENT = 100  # answers that say how long one takes
LOOKED_AT = 200  # items among which they are looked for
USUAL_SECONDS = 60.0  # where too few have answered yet
LEAST_JUDGEMENTS = 5
MOST_SECONDS = 1800.0  # more is a page left open


def minutes_per_char(campaign: Campaign) -> float | None:
    """Return people's active minutes per character read (query and both responses), None where too
    few have been timed. Simulated annotators take no time that says anything."""
    timed = Judgement.objects.standing().filter(
        query__campaign=campaign,
        source=Source.PERSON,
        seconds__gt=0,
        seconds__lte=MOST_SECONDS,
        response_b__isnull=False,
    )
    if timed.count() < LEAST_JUDGEMENTS:
        return None
    totals = timed.aggregate(
        seconds=Sum("seconds"),
        query=Sum(Length("query__text")),
        a=Sum(Length("response_a__text")),
        b=Sum(Length("response_b__text")),
    )
    chars = totals["query"] + totals["a"] + totals["b"]
    return float(totals["seconds"] / 60 / chars) if chars else None


def seconds_of_one(campaign: Campaign) -> float | None:
    """Return how long people took for one of the newest answers, on average; None where fewer than
    LEAST_JUDGEMENTS were timed: one quick answer says nothing of the next.

    They are looked for among the items that were answered last, which an index of the campaign's own
    gives: what other campaigns have does not count, nor cost.
    """
    answered = ItemFacts.objects.filter(campaign=campaign, answered_at__isnull=False)
    latest = answered.order_by("-answered_at", "-item_id").values_list("item_id")[:LOOKED_AT]
    timed = Judgement.objects.filter(
        item__in=list(latest), source=Source.PERSON, seconds__isnull=False
    )
    found = timed.order_by("-pk")[:RECENT].aggregate(mean=Avg("seconds"), n=Count("pk"))
    is_enough = found["n"] >= LEAST_JUDGEMENTS and found["mean"]
    return float(found["mean"]) if is_enough else None
