"""The import itself: one transaction from the first row to the last."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from oversight.campaigns.services.campaigns import check_slug
from oversight.data.importers import FORMATS, Source, read_rows
from oversight.data.importers.rows import (
    JudgedRow,
    KnownRow,
    PreferenceRow,
    QueryRow,
    SolvedRow,
    SteppedRow,
)
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Campaign, CampaignMember, MemberRole, User
from oversight.people.services.members import admit_everybody

from .batches import Imported, Target, in_batches
from .known import write_known
from .stepped import write_stepped
from .writers import write_judged, write_preferences, write_queries, write_solved

WRITERS: dict[type, Callable[[Target, Any], None]] = {
    QueryRow: write_queries,
    SolvedRow: write_solved,
    JudgedRow: write_judged,
    PreferenceRow: write_preferences,
    SteppedRow: write_stepped,
    KnownRow: write_known,
}
MAX_NODES = 200


@dataclass(frozen=True)
class ImportRequest:
    """What to make of a file. `held_out_share` of the query clusters, in [0, 1), is kept aside.

    The owner becomes its admin; where none is named everybody who has an account is let in. Where a
    query has several answers, people compare `responses_per_item` of them, 2 to 4.
    """

    format: str
    slug: str
    name: str = ""
    held_out_share: float = 0.1
    is_append: bool = False
    owner: User | None = None
    responses_per_item: int = 2


def import_campaign(*, stream: IO[bytes], request: ImportRequest) -> Imported:
    """Import a file whole into a new campaign, or its queries into one that exists (`is_append`).

    A preference dataset has nothing held out: its queries were trained on. Raises BadRows with the
    lines, InvalidCampaign where the request makes no sense, WrongState where the slug is taken.
    """
    _check(request)
    try:
        with transaction.atomic():
            campaign = _campaign(request)
            share = 0.0 if request.format == "preferences" else request.held_out_share
            target = Target(campaign, share, responses_per_item=request.responses_per_item)
            imported = _import_rows(stream, request.format, target)
            if not request.is_append:
                _keep_taxonomy(campaign)
            return imported
    except IntegrityError as error:
        raise WrongState(
            f"campaign {request.slug} was changed by someone else meanwhile, nothing imported"
        ) from error


def import_queries(
    *,
    campaign: Campaign,
    stream: IO[bytes],
    format: str,
    held_out_share: float = 0.0,
    written_by: User | None = None,
) -> Imported:
    """Add a file's queries, and what comes with them, to a campaign.

    Raises BadRows, InvalidCampaign, and WrongState where the same is added at the same moment.
    """
    if not FORMATS[format].is_appendable:
        raise InvalidCampaign(f"{format} cannot be added to a campaign that exists")
    try:
        with transaction.atomic():
            return _import_rows(stream, format, Target(campaign, held_out_share, written_by))
    except IntegrityError as error:
        raise WrongState(
            f"the same was added to {campaign.slug} just now: send the file again"
        ) from error


def _import_rows(stream: IO[bytes], format_name: str, target: Target) -> Imported:
    _plan_for_growth()
    source = Source(stream)
    try:
        for batch in in_batches(read_rows(source, format_name), source):
            WRITERS[type(batch[0])](target, batch)
    except DataError as error:
        raise InvalidCampaign(f"the file holds what cannot be kept: {error}") from error
    return target.imported


def _plan_for_growth() -> None:
    """Let the rest of the transaction look rows up by index alone.

    What it writes is in no statistics before it ends: a table that was empty still seems so to the
    planner, to the checks of foreign keys above all, whose plans are kept. Those are made anew and
    run with each statement, since they would else be queued, for every row, until the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _check(request: ImportRequest) -> None:
    if not 0 <= request.held_out_share < 1:
        raise InvalidCampaign(
            f"the held-out share must be in [0, 1), not {request.held_out_share:g}"
        )
    if request.responses_per_item not in (2, 3, 4):
        raise InvalidCampaign(f"people compare 2 to 4 responses, not {request.responses_per_item}")
    if request.is_append and not FORMATS[request.format].is_appendable:
        raise InvalidCampaign(f"{request.format} cannot be added to a campaign that exists")
    try:
        check_slug(request.slug)
    except ValidationError as error:
        raise InvalidCampaign(f"slug {request.slug!r}: {' '.join(error.messages)}") from error


def _campaign(request: ImportRequest) -> Campaign:
    existing = Campaign.objects.filter(slug=request.slug).first()
    if request.is_append:
        if existing is None:
            raise InvalidCampaign(f"there is no campaign {request.slug} to append to")
        return existing
    if existing:
        raise WrongState(f"campaign {request.slug} exists already: choose another slug")
    return _new_campaign(request)


def _new_campaign(request: ImportRequest) -> Campaign:
    name = request.name or request.slug
    limit = Campaign._meta.get_field("name").max_length
    if limit and len(name) > limit:
        raise InvalidCampaign(f"a campaign's name has at most {limit} characters")
    campaign = Campaign.objects.create(slug=request.slug, name=name)
    if request.owner:
        CampaignMember.objects.create(campaign=campaign, user=request.owner, role=MemberRole.ADMIN)
    else:
        admit_everybody(campaign=campaign)
    return campaign


def _keep_taxonomy(campaign: Campaign) -> None:
    """Let the kinds of query that the file names be what an attacker aims at."""
    nodes = campaign.queries.exclude(node="").values_list("node", flat=True)
    campaign.taxonomy = list(nodes.order_by("node").distinct()[:MAX_NODES])
    campaign.save(update_fields=["taxonomy"])
