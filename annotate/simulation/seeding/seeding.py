"""A campaign of so many items, all in one transaction: it is there as a whole, or not at all."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from psycopg import ClientCursor

from annotate.models import Annotation, Assignment
from oversight.campaigns.services.campaigns import check_slug
from oversight.campaigns.services.tallies import reckon_tallies
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import (
    Campaign,
    Critique,
    Judgement,
    Preference,
    Query,
    Response,
    ReviewItem,
    Round,
    RoutingDecision,
)
from oversight.statements import count_so_far

from . import answers, outputs, parts
from .history import make_campaign, make_people, make_rounds, make_training
from .units import FUNCTIONS, IMPORTED_FROM, PEOPLE, UNITS, drawing_values

CHUNK = 20_000  # items at a time: a multiple of 40, which is how often a pair is adjudicated
SPARE = 0.3  # units that nobody is asked about, to each that somebody is
DAYS = 180
MOST_ROUNDS, ITEMS_PER_ROUND = 40, 100
# How many ids a chunk takes for each unit.
IDS = {
    "query": (Query, 1),
    "response": (Response, 2),
    "critique": (Critique, 2),
    "decision": (RoutingDecision, 1),
    "item": (ReviewItem, 1),
    "judgement": (Judgement, 5),
    "assignment": (Assignment, 4),
    "annotation": (Annotation, 4),
}
STATEMENTS = [
    re.sub(r"\bdraw\((\d+)\)", r"pg_temp.draw(n, \1, %(seed)s)", statement)
    for statement in [*outputs.STATEMENTS, *answers.STATEMENTS, *parts.STATEMENTS]
]
Tell = Callable[[int], object]


def seed_campaign(*, slug: str, items: int, seed: int, tell: Tell = lambda _: None) -> Campaign:
    """Make the campaign; `tell` hears of each lot of items that is written.

    The same seed gives the same texts, answers and outcomes; ids and times are those of the day.
    Raises InvalidCampaign where the slug cannot be an address, WrongState where it is taken.
    """
    try:
        check_slug(slug)
    except ValidationError as error:
        raise InvalidCampaign(f"{slug!r} cannot be a campaign's address") from error
    if Campaign.objects.filter(slug=slug).exists():
        raise WrongState(f"there is a campaign {slug} already: choose another --slug")
    with transaction.atomic():
        campaign = make_campaign(slug)
        rounds = _write(campaign, items, seed, tell)
        reckon_tallies(campaign.pk)
        _analyse()
        for round_ in rounds:
            make_training(campaign, round_)
    return campaign


def _write(campaign: Campaign, items: int, seed: int, tell: Tell) -> list[Round]:
    until = timezone.now().replace(microsecond=0)
    begin = until - timedelta(days=DAYS)
    people = make_people(campaign)
    count = max(1, min(MOST_ROUNDS, items // ITEMS_PER_ROUND))
    in_rounds = round(items * IMPORTED_FROM)
    rounds = make_rounds(campaign, count, begin, begin + (until - begin) * IMPORTED_FROM)
    values = {
        "campaign": campaign.pk,
        "slug": campaign.slug,
        "people": people,
        "persons": PEOPLE,
        "learner": rounds[0].learner_id,
        "critic": rounds[0].critic_id,
        "total": items,
        "in_rounds": in_rounds,
        "rounds": count,
        "seed": seed,
        **drawing_values(),
    }
    # Values are written into the text: sent apart, numbers and arrays have no type yet.
    with ClientCursor(connection.connection) as cursor:
        for function in FUNCTIONS:
            cursor.execute(function)
        _look_nothing_up(cursor)
        spare_first = 0
        for first in range(0, items, CHUNK):
            here = min(CHUNK, items - first)
            spare = max(1, round(here * SPARE))
            chunk = _chunk(first, here, spare, spare_first, begin, until)
            _write_chunk(cursor, {**values, **chunk})
            spare_first += spare
            count_so_far(model for model, _ in IDS.values())
            tell(here)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return rounds


def _chunk(
    first: int, items: int, spare: int, spare_first: int, begin: datetime, until: datetime
) -> dict[str, Any]:
    return {
        "first": first,
        "items": items,
        "spare": spare,
        "spare_first": spare_first,
        "begin": begin,
        "until": until,
        "level_who": first // CHUNK,
    }


def _write_chunk(cursor: Any, values: dict[str, Any]) -> None:
    units = values["items"] + values["spare"]
    for name, (model, each) in IDS.items():
        values[name] = _take_ids(cursor, model._meta.db_table, units * each)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.unit, pg_temp.said")
    cursor.execute(UNITS, values)
    for statement in STATEMENTS:
        cursor.execute(statement, values)


def _look_nothing_up(cursor: Any) -> None:
    """Leave out foreign keys and triggers, where the role may: all is consistent as it is made."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    (may,) = cursor.fetchone()
    if may:
        cursor.execute("SET LOCAL session_replication_role = replica")


def _take_ids(cursor: Any, table: str, count: int) -> int:
    """Return the first of `count` ids in a row that nobody else takes meanwhile."""
    while True:
        cursor.execute(
            "SELECT min(id), max(id) FROM (SELECT nextval(%s::regclass) AS id "
            "FROM generate_series(1, %s)) taken",
            [f"{table}_id_seq", count],
        )
        first, last = cursor.fetchone()
        if last - first + 1 == count:
            return int(first)


def _analyse() -> None:
    """Let the planner know of the rows now: autovacuum comes a minute later."""
    with connection.cursor() as cursor:
        for model, _ in IDS.values():
            cursor.execute(f"ANALYZE {model._meta.db_table}")
        cursor.execute(f"ANALYZE {Preference._meta.db_table}")
