"""What of a campaign needs somebody now."""

from dataclasses import dataclass

from django.db.models import Avg, Sum

from oversight.loop.selectors.pool import has_run_out
from oversight.loop.selectors.rounds import LiveRound
from oversight.models import Campaign, DeliveryState, Import, ImportState, Judgement, Source

RECENT = 100  # answers that say how long one takes
USUAL_SECONDS = 60.0


@dataclass(frozen=True)
class Need:
    """`place` names the page where it is seen to, with what its address takes beside the campaign."""

    words: str
    detail: str
    button: str
    place: str
    args: tuple[int, ...] = ()


def needs_of(campaign: Campaign, live: LiveRound | None, missing_roles: list[str]) -> list[Need]:
    """Return what waits for somebody, the most pressing first."""
    return [
        *_of_round(live),
        *_of_people(campaign),
        *_of_models(missing_roles),
        *([] if live else _of_queries(campaign, missing_roles)),
        *_of_data(campaign),
    ]


def _of_round(live: LiveRound | None) -> list[Need]:
    if live is None or (now := live.now) is None:
        return []
    number = live.round.number
    found = []
    if live.has_failed:
        reasons = [reason for stage in live.stages for reason in stage.failed_reasons]
        words = f"Parts of round {number} have failed"
        found.append(Need(words, _first(reasons), "Look", "round", (number,)))
    elif now.waiting_reasons:
        words = f"Round {number} waits: {now.label.lower()}"
        found.append(Need(words, _first(list(now.waiting_reasons)), "Look", "round", (number,)))
    return found


def _of_people(campaign: Campaign) -> list[Need]:
    seats = campaign.items.open().aggregate(n=Sum("seats_free"))["n"] or 0
    if not seats:
        return []
    minutes = max(1, round(seats * _seconds_of_one(campaign) / 60))
    words = (
        "1 answer is asked of people" if seats == 1 else f"{seats:,} answers are asked of people"
    )
    return [Need(words, f"about {_time(minutes)} of work", "Annotate", "annotate:next")]


def _seconds_of_one(campaign: Campaign) -> float:
    """Return how long people took for one of the newest answers, on average."""
    recent = Judgement.objects.filter(
        query__campaign=campaign, source=Source.PERSON, seconds__isnull=False
    ).order_by("-pk")[:RECENT]
    return float(recent.aggregate(mean=Avg("seconds"))["mean"] or USUAL_SECONDS)


def _of_models(missing_roles: list[str]) -> list[Need]:
    if "learner" not in missing_roles:
        return []
    words = "No model is at work as learner"
    return [Need(words, "no round can start without one", "Choose one", "campaign-models")]


def _of_queries(campaign: Campaign, missing_roles: list[str]) -> list[Need]:
    """A campaign without a learner has no rounds that could run out of queries."""
    has_attacker = "attacker" not in missing_roles
    if "learner" in missing_roles or not has_run_out(campaign, has_attacker=has_attacker):
        return []
    detail = "bring some, or let an attacker write them: until then no round can start"
    return [Need("No query is left for a round", detail, "Bring queries", "queries-add")]


def _of_data(campaign: Campaign) -> list[Need]:
    found = []
    waiting = Import.objects.filter(campaign=campaign, state=ImportState.WAITING).first()
    if waiting:
        words, detail = "A file waits to be looked at", waiting.file_name
        found.append(Need(words, detail, "Look at it", "import", (waiting.pk,)))
    deaf = campaign.webhooks.filter(deliveries__state=DeliveryState.DEAD).distinct()
    words = "A webhook could not be told"
    return [*found, *(Need(words, each.url, "Webhook", "webhook", (each.pk,)) for each in deaf)]


def _first(reasons: list[str]) -> str:
    more = len(reasons) - 1
    return f"{reasons[0]} (and {more} more)" if more > 0 else reasons[0] if reasons else ""


def _time(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    whole = "1 hour" if hours == 1 else f"{hours:,} hours"
    return f"{whole} and {rest} minutes" if rest and hours < 10 else whole
