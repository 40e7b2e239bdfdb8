"""The rows of the annotation benchmark: a database per size, items by INSERT … SELECT."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connection, connections, models

from annotate.models import Annotation
from models_srv.roles.quotes import match_quote
from oversight.models import (
    BackendKind,
    Campaign,
    CampaignMember,
    Comment,
    Critique,
    MemberRole,
    ModelVersion,
    Query,
    Response,
    ReviewItem,
    Role,
    User,
)

QUERY = (
    "Noor has 31 beads. Then 4 boxes of 7 beads arrive. There are 12 chairs in the room. "
    "Then 9 beads are lost. How many beads now?"
)
WRONG = "4 * 7 = 28\n31 + 28 = 59\n59 + 12 = 71\n71 - 9 = 62\n#### 62"
RIGHT = "4 * 7 = 28\n31 + 28 = 59\n59 - 9 = 50\n#### 50"
TABLES = ["preference", "commentverdict", "judgement"]


def slug_of(overlap: int) -> str:
    return f"overlap-{overlap}"


def use_database(size: int | str) -> None:
    """Turn Django's connection to the database of this size, made and migrated if missing."""
    name = f"bench_{size}"
    _turn_to("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {name}")
    _turn_to(name)
    call_command("migrate", verbosity=0)


def _turn_to(database: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = database


def provide_people(count: int) -> list[dict[str, Any]]:
    """Return people with the cookie of a session that each has open."""
    return [_person(f"person-{n}") for n in range(1, count + 1)]


def _person(username: str) -> dict[str, Any]:
    user, is_new = User.objects.get_or_create(username=username)
    if is_new:
        user.set_unusable_password()
        user.save()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"user": user, "cookie": session.session_key}


def provide_items(
    size: int,
    overlaps: list[int],
    people: list[dict[str, Any]],
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Make `size` pairs with critiques, and a campaign of items on them for each overlap."""
    if not Campaign.objects.exists():
        _multiply_pairs(size)
        say(f"{size:,} items: pairs and critiques are written")
    for overlap in overlaps:
        campaign, is_new = Campaign.objects.get_or_create(
            slug=slug_of(overlap), defaults={"name": f"Overlap {overlap}"}
        )
        CampaignMember.objects.bulk_create(
            (
                CampaignMember(campaign=campaign, user=person["user"], role=MemberRole.ANNOTATOR)
                for person in people
            ),
            ignore_conflicts=True,
        )
        if is_new:
            _multiply_items(campaign, size, overlap)
            say(f"{size:,} items: those for {overlap} are written")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _multiply_pairs(size: int) -> None:
    """Write one pair by the ORM, then copies of its rows: whatever columns there are."""
    source = Campaign.objects.create(slug="source", name="Source")
    learner = _version(source, Role.LEARNER)
    critic = _version(source, Role.CRITIC)
    query = Query.objects.create(
        pk=1, campaign=source, text=QUERY, text_sha256="0", origin="imported", cluster="c"
    )
    texts = {1: (WRONG, "59 + 12 = 71"), 2: (RIGHT, "59 - 9 = 50")}
    for pk, (text, quote) in texts.items():
        response = Response.objects.create(
            pk=pk, query=query, version=learner, sample=pk - 1, text=text
        )
        critique = Critique.objects.create(
            pk=pk, response=response, version=critic, verdict="flawed", summary="One step is wrong."
        )
        how, start, end = match_quote(text, quote)
        Comment.objects.create(
            pk=pk,
            critique=critique,
            number=1,
            quote=quote,
            quote_match=how,
            start=start,
            end=end,
            severity="major",
            category="irrelevant fact",
            explanation="The chairs are not beads; every later line is wrong.",
        )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign keys looked up
        text = "template.text || ' (' || n || ')'"
        _multiply(cursor, Query, size, 1, id="n", text=text, text_sha256="n::text")
        for pk in texts:
            own = f"2 * n - {2 - pk}"
            _multiply(cursor, Response, size, pk, id=own, query_id="n")
            _multiply(cursor, Critique, size, pk, id=own, response_id=own)
            _multiply(cursor, Comment, size, pk, id=own, critique_id=own)
        cursor.execute("SET session_replication_role = DEFAULT")
        for model in (Query, Response, Critique, Comment):
            _advance(cursor, model)


def _multiply_items(campaign: Campaign, size: int, overlap: int) -> None:
    first = ReviewItem.objects.aggregate(last=models.Max("pk"))["last"] or 0
    ReviewItem.objects.create(
        pk=first + 1,
        campaign=campaign,
        query_id=1,
        response_a_id=1,
        response_b_id=2,
        annotators=overlap,
        seats_free=overlap,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        columns = {
            "id": f"{first} + n",
            "query_id": "n",
            "response_a_id": "2 * n - 1",
            "response_b_id": "2 * n",
        }
        _multiply(cursor, ReviewItem, size, first + 1, **columns)
        cursor.execute("SET session_replication_role = DEFAULT")
        _advance(cursor, ReviewItem)


def _version(campaign: Campaign, role: str) -> ModelVersion:
    return ModelVersion.objects.create(
        campaign=campaign, role=role, name=role, revision=0, backend=BackendKind.RECORDED
    )


def _multiply(
    cursor: Any, model: type[models.Model], size: int, template: int, **columns: str
) -> None:
    """Insert copies 2 … size of a row; `columns` are SQL, in which n counts."""
    names = [field.column for field in model._meta.concrete_fields]
    values = [columns.get(name, f'template."{name}"') for name in names]
    table, quoted = model._meta.db_table, ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({quoted}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {table} template, generate_series(2, %s) n WHERE template.id = %s",
        [size, template],
    )


def _advance(cursor: Any, model: type[models.Model]) -> None:
    table = model._meta.db_table
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608
    )


def reset(overlap: int) -> None:
    """Forget all answers and open every item again: each run starts from the same rows."""
    tables = ", ".join(
        ["annotate_assignment", "annotate_annotation", *(f"oversight_{name}" for name in TABLES)]
    )
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        cursor.execute(
            "UPDATE oversight_reviewitem SET state = 'open', seats_free = annotators, "
            "closed_at = NULL WHERE state <> 'open' OR seats_free <> annotators"
        )
        cursor.execute("VACUUM ANALYZE oversight_reviewitem")
        cursor.execute("CHECKPOINT")


def check(saved: int) -> dict[str, int]:
    """Return what must be 0; `saved` answers were told `Saved`, each must be one annotation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM annotate_annotation a JOIN annotate_assignment s "
            "ON s.id = a.assignment_id GROUP BY s.item_id, s.annotator_id HAVING count(*) > 1) d"
        )
        duplicates = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM annotate_assignment s JOIN oversight_reviewitem i "
            "ON i.id = s.item_id WHERE s.state IN ('leased', 'submitted') "
            "GROUP BY i.id HAVING count(*) > i.annotators) d"
        )
        over_annotated = cursor.fetchone()[0]
    lost = abs(saved - Annotation.objects.count())
    return {"duplicates": duplicates, "over_annotated": over_annotated, "errors": lost}
