"""Which preferences may be trained on; and their rows, as TRL's trainers read them."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.functions import MD5

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.models import Campaign, Preference, Snapshot

SAME = [
    "query",
    "chosen_md5",
    "rejected_md5",
    "chosen__version",
    "rejected__version",
    "round",
    "source",
    "p_w",
    "p_l",
    "weight",
]


def standing_preferences(
    campaign: Campaign, *, source: str = "", after_id: int = 0
) -> QuerySet[Preference]:
    """Return what may be trained on, by id: nothing superseded, nothing of weight 0, nothing twice."""
    rows = _standing(campaign)
    once = Preference.objects.filter(pk__in=_firsts(rows), pk__gt=after_id)
    return (once.filter(source=source) if source else once).order_by("pk")


def newest_preferences(
    campaign: Campaign, of_newest: int, *, but_of: Snapshot | None = None
) -> QuerySet[Preference]:
    """Return those of `standing_preferences` that are among the newest so many rows, without those
    that a snapshot has: it costs the same however many there are."""
    return Preference.objects.filter(pk__in=newest_ids(campaign, of_newest, but_of=but_of))


def newest_ids(campaign: Campaign, of_newest: int, *, but_of: Snapshot | None = None) -> set[int]:
    """Return the ids of `newest_preferences`."""
    # Fetched bit by bit: in one statement the planner reads all that there is.
    newest = dict(_standing(campaign).order_by("-pk").values_list("pk", "query_id")[:of_newest])
    if but_of:
        for pk in but_of.rows.filter(preference__in=list(newest)).values_list(
            "preference", flat=True
        ):
            del newest[pk]
    # What is the same as another one is of the same query.
    alike = _standing(campaign).filter(query__in=set(newest.values()))
    return newest.keys() & set(_firsts(alike))


def _standing(campaign: Campaign) -> QuerySet[Preference]:
    return Preference.objects.standing().filter(campaign=campaign)


def _firsts(rows: QuerySet[Preference]) -> QuerySet[Preference, int]:
    """Return the ids of the first of each that differ in nothing but their id and their time."""
    told = rows.annotate(chosen_md5=MD5("chosen__text"), rejected_md5=MD5("rejected__text"))
    firsts: QuerySet[Preference, int] = (
        told.values(*SAME).annotate(first=Min("pk")).order_by().values_list("first", flat=True)
    )
    return firsts


def preference_rows(
    campaign: Campaign, *, after_id: int = 0, simulated: bool = True, **wanted: Any
) -> Iterator[dict[str, Any]]:
    """Yield one row for each standing preference: the dataset `preferences`, line by line.

    `id`, `round` and `created_at` are this database's own, as are those of items and judgements; all
    else is what an import of the row gives back. With `believed` above 0 the rows are for trainers that
    do not read p_w and p_l: a label that is likelier wrong comes turned round, and one that either way
    is less likely than `believed` is left out.
    """
    asked = Wanted(campaign, since_id=after_id, simulated=simulated, **wanted)
    for block in encoded(registered()["preferences"], asked, Encoding()):
        yield from map(json.loads, block.splitlines())
