"""Spreading the news: each member whose permission it takes is told, once."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from oversight.lists import MOST_COUNTED
from oversight.models import Campaign, EventKind, ModelVersion, News, User
from oversight.people.policies.notifications import KINDS
from oversight.people.services.notifications import notify

AT_ONCE = 100


def spread_news() -> int:
    """Tell people what nobody was told yet; return how much there was."""
    return sum(
        _spread(pk)
        for pk in list(News.objects.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    )


def _spread(pk: int) -> bool:
    """Tell all of them or none: a worker that dies meanwhile is followed by another."""
    with transaction.atomic():
        rows = News.objects.select_for_update(skip_locked=True, of=("self",))
        news = rows.select_related("campaign").filter(pk=pk).first()
        if news is None:
            return False
        if news.kind in KINDS:
            for person in _told_of(news):
                _tell(person, news)
        news.delete()
        return True


# What waits of a kind for one person, as areas above count it: then they are told how much waits by
# now, in one row while they have not read it, and nothing where none of it is for them.
_counters: dict[str, Callable[[User, Campaign], int]] = {}


def register_counter(kind: EventKind, counter: Callable[[User, Campaign], int]) -> None:
    _counters[kind] = counter


def _tell(person: User, news: News) -> None:
    counter, data = _counters.get(news.kind), news.data
    if counter is not None:
        data = {**data, "count": counter(person, news.campaign)}
        if not data["count"]:
            return
    text, url = SENTENCES[news.kind](news.campaign, data)
    notify(
        user=person,
        kind=news.kind,
        campaign=news.campaign,
        url=url,
        text=text,
        key=f"news {news.pk}",
        replaces_unread=counter is not None,
    )


def _told_of(news: News) -> list[User]:
    roles = KINDS[news.kind].permission.roles
    members = news.campaign.members.filter(role__in=roles)
    people = User.objects.filter(pk__in=members.values("user"), is_active=True, is_simulated=False)
    return list(people.order_by("pk"))


def _flag(campaign: Campaign, data: Mapping[str, Any]) -> tuple[str, str]:
    return f"Somebody flagged item {data['item']}", reverse("annotate:flags", args=[campaign.slug])


def _round(campaign: Campaign, data: Mapping[str, Any]) -> tuple[str, str]:
    what = "was cancelled" if data["is_cancelled"] else "is done"
    return f"Round {data['round']} {what}", reverse("round", args=[campaign.slug, data["round"]])


def _promoted(campaign: Campaign, data: Mapping[str, Any]) -> tuple[str, str]:
    words = f"{_version(data['version'])} was put to work as {data['role']}"
    return words, reverse("campaign-models", args=[campaign.slug])


def _alarm(campaign: Campaign, data: Mapping[str, Any]) -> tuple[str, str]:
    words = f"People agree with {_version(data['version'])} less than they did"
    return words, reverse("campaign", args=[campaign.slug])


def _review(campaign: Campaign, data: Mapping[str, Any]) -> tuple[str, str]:
    count = data["count"]
    many = f"More than {MOST_COUNTED:,}" if count > MOST_COUNTED else f"{count:,}"
    words = "An item waits for a review" if count == 1 else f"{many} items wait for a review"
    return words, reverse("annotate:reviews", args=[campaign.slug])


def _version(pk: int | None) -> str:
    version = ModelVersion.objects.filter(pk=pk).first() if pk else None
    return str(version) if version else "the critic"


# What people are told, and where it leads.
SENTENCES: dict[str, Callable[[Campaign, Mapping[str, Any]], tuple[str, str]]] = {
    EventKind.FLAG_RAISED: _flag,
    EventKind.ROUND_FINISHED: _round,
    EventKind.VERSION_PROMOTED: _promoted,
    EventKind.ALARM_RAISED: _alarm,
    EventKind.REVIEW_WAITING: _review,
}
