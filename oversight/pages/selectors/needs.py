"""What of a campaign needs somebody now."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Max, Sum

from oversight.asking.selectors.effort import USUAL_SECONDS, seconds_of_one
from oversight.learning.policies.trainable import why_not_trained
from oversight.loop.selectors.pool import has_run_out
from oversight.loop.selectors.progress import LabelCounts
from oversight.loop.selectors.rounds import LiveRound
from oversight.models import Campaign, DeliveryState, Import, ImportState, Role
from oversight.pages.selectors.overview import Overview
from oversight.people.policies.permissions import Permission
from oversight.policies.durations import in_words
from oversight.versions.selectors.active import is_being_tried

MOST_ADDED = 10_000  # open items whose seats are added up


@dataclass(frozen=True)
class Need:
    """`place` names the page where it is seen to, with what its address takes beside the campaign. With a
    `permission` it is told to those who have it alone."""

    words: str
    detail: str
    button: str
    place: str
    args: tuple[int, ...] = ()
    permission: Permission | None = None


# What areas above know of: each returns what needs somebody in the campaign.
_tellers: list[Callable[[Campaign], list[Need]]] = []


def register_needs(teller: Callable[[Campaign], list[Need]]) -> None:
    if teller not in _tellers:
        _tellers.append(teller)


def needs_of(campaign: Campaign, overview: Overview, *, is_asking_only: bool = False) -> list[Need]:
    """Return what waits for somebody, the most pressing first; nothing in a campaign that has ended."""
    if campaign.has_ended:
        return []
    live, missing_roles = overview.live, overview.missing_roles
    return [
        *_of_round(live),
        *_of_people(campaign, live, overview.judgements),
        *(need for teller in _tellers for need in teller(campaign)),
        *([] if is_asking_only else _of_models(campaign, missing_roles)),
        *([] if live else _of_queries(campaign, missing_roles)),
        *([] if is_asking_only else _of_held_out(campaign, overview)),
        *_of_data(campaign),
        *_of_beginning(overview.judgements),
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


def _of_people(campaign: Campaign, live: LiveRound | None, judged: LabelCounts) -> list[Need]:
    open_items = campaign.items.open().filter(seats_free__gt=0).order_by()[: MOST_ADDED + 1]
    counted = open_items.aggregate(
        items=Count("pk"), seats=Sum("seats_free"), to_an_item=Max("annotators")
    )
    if not (seats := counted["seats"]):
        return _of_idle_people(campaign, live, judged)
    is_more = counted["items"] > MOST_ADDED
    seconds = max(60.0, seats * (seconds_of_one(campaign) or USUAL_SECONDS))
    many = f"More than {MOST_ADDED:,}" if is_more else f"{seats:,}"
    words = "1 answer is asked of people" if seats == 1 else f"{many} answers are asked of people"
    return [
        Need(
            words,
            f"{'more than' if is_more else 'about'} {in_words(seconds)} of work",
            "Annotate",
            "annotate:next",
            permission=Permission.ANNOTATE,
        ),
        *_of_too_few(campaign, counted["to_an_item"]),
    ]


def _of_too_few(campaign: Campaign, to_an_item: int) -> list[Need]:
    """An item is never asked of one person twice: with too few people it stays open for ever."""
    if to_an_item < 2:
        return []
    annotating = campaign.members.filter(role__in=Permission.ANNOTATE.roles, paused_at=None)
    people = annotating.values("user").distinct().count()
    if people >= to_an_item:
        return []
    there_are = "nobody is here to do so" if not people else f"only {people} here may"
    return [
        Need(
            f"Each item asks for {to_an_item} people",
            f"{there_are}: none is done before others join, or the review is closed",
            "Invite people",
            "campaign-invitations",
            permission=Permission.MANAGE_PEOPLE,
        )
    ]


def _of_idle_people(campaign: Campaign, live: LiveRound | None, judged: LabelCounts) -> list[Need]:
    """Who came to judge has nothing to do, and nothing is under way that would change that."""
    if (
        live is not None
        or not judged.human
        or not campaign.members.filter(role="annotator").exists()
    ):
        return []
    words, detail = "People have nothing to judge", "no item is open, and no round is under way"
    return [Need(words, detail, "Bring data", "queries-add", permission=Permission.ADD_DATA)]


def _of_models(campaign: Campaign, missing_roles: list[str]) -> list[Need]:
    if Role.LEARNER not in missing_roles:
        return []
    words, detail = "No model is at work as learner", "no round can start without one"
    button = "Choose one"
    if is_being_tried(campaign, Role.LEARNER):
        words, button = "The learner is being tried", "See how it goes"
        detail = "a worker asks it once; a round can start when it has answered"
    return [Need(words, detail, button, "campaign-models", permission=Permission.CHANGE_MODELS)]


def _of_queries(campaign: Campaign, missing_roles: list[str]) -> list[Need]:
    """A campaign without a learner has no rounds that could run out of queries."""
    has_attacker = "attacker" not in missing_roles
    if "learner" in missing_roles or not has_run_out(campaign, has_attacker=has_attacker):
        return []
    detail = "bring some, or let an attacker write them: until then no round can start"
    place = ("Bring queries", "queries-add")
    return [Need("No query is left for a round", detail, *place, permission=Permission.ADD_DATA)]


def _of_held_out(campaign: Campaign, overview: Overview) -> list[Need]:
    """Rounds can run without any, and every update is refused at the end of one."""
    learner = next((row.version for row in overview.active if row.role == Role.LEARNER), None)
    if overview.held_out or learner is None or why_not_trained(learner, campaign.training.method):
        return []
    words = "No query is held out"
    detail = (
        "a new version is tried on such ones alone: until then every update is refused. Choose how much "
        "of what is brought is held out: of a few it may be none"
    )
    place = ("Bring queries", "queries-add")
    return [Need(words, detail, *place, permission=Permission.ADD_DATA)]


def _of_data(campaign: Campaign) -> list[Need]:
    deaf = campaign.webhooks.filter(deliveries__state=DeliveryState.DEAD).distinct()
    words = "A webhook could not be told"
    place = ("Webhook", "webhook")
    return [
        *_of_files(campaign),
        *(Need(words, each.url, *place, (each.pk,), Permission.RUN_WEBHOOKS) for each in deaf),
    ]


def _of_files(campaign: Campaign) -> list[Need]:
    waiting = Import.objects.filter(campaign=campaign, state=ImportState.WAITING)
    files = list(waiting.values_list("pk", "file_name"))
    if not files:
        return []
    names = ", ".join(name for _, name in files)
    if len(files) > 1:
        words = f"{len(files):,} files wait to be looked at"
        return [Need(words, names, "See them", "queries-add", permission=Permission.ADD_DATA)]
    words, place = "A file waits to be looked at", ("import", (files[0][0],))
    return [Need(words, names, "Look at it", *place, Permission.ADD_DATA)]


def _of_beginning(judged: LabelCounts) -> list[Need]:
    if judged.human:
        return []
    words = "Only simulated annotators have judged" if judged.simulated else "Nobody has judged yet"
    detail = "data, models, people: what is there, what is not"
    return [
        Need(
            words,
            detail,
            "What comes next",
            "campaign-begin",
            permission=Permission.CHANGE_SETTINGS,
        )
    ]


def _first(reasons: list[str]) -> str:
    more = len(reasons) - 1
    return f"{reasons[0]} (and {more} more)" if more > 0 else reasons[0] if reasons else ""
