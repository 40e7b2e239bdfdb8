"""How long people take."""

from django.db.models import Avg, Sum
from django.db.models.functions import Length

from oversight.models import Campaign, Judgement, Source

RECENT = 100  # answers that say how long one takes
USUAL_SECONDS = 60.0  # where nobody has answered yet
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
    """Return how long people took for one of the newest answers, on average; None: nobody was timed."""
    recent = Judgement.objects.filter(
        query__campaign=campaign, source=Source.PERSON, seconds__isnull=False
    ).order_by("-pk")[:RECENT]
    mean = recent.aggregate(mean=Avg("seconds"))["mean"]
    return float(mean) if mean else None
