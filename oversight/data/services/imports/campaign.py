"""The import itself: one transaction from the first row to the last."""

from dataclasses import dataclass
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from oversight.campaigns.services.campaigns import check_slug, settings_for
from oversight.campaigns.services.settings import change_settings
from oversight.data.importers import FORMATS, NOTHING_TOLD, Told
from oversight.errors import InvalidCampaign, WrongState
from oversight.models import Act, Campaign, CampaignMember, MemberRole, User
from oversight.people.services.audit import record_act
from oversight.people.services.members import admit_everybody

from .batches import Imported, Leave, Target
from .writing import File, write_file

MAX_NODES = 200


@dataclass(frozen=True)
class ImportRequest:
    """What to make of a file. `held_out_share` of the query clusters, in [0, 1), is kept aside.

    A new campaign is set as its `template` says (oversight/campaigns/policies/templates.py).
    The owner becomes its admin; where none is named everybody who has an account is let in. Where a
    query has several answers, people compare `responses_per_item` of them, 2 to 4. `told` is what the
    file does not say; bad rows go to `leave_out` where it is given, else nothing is imported.
    """

    format: str
    slug: str
    name: str = ""
    template: str = ""
    held_out_share: float = 0.1
    is_append: bool = False
    owner: User | None = None
    responses_per_item: int = 2
    told: Told = NOTHING_TOLD
    leave_out: Leave | None = None


def import_campaign(*, stream: IO[bytes], request: ImportRequest) -> Imported:
    """Import a file whole into a new campaign, or into one that exists (`is_append`).

    Raises BadRows with the lines, InvalidCampaign where the request makes no sense, WrongState where
    the slug is taken.
    """
    _check(request)
    try:
        with transaction.atomic():
            campaign = _campaign(request)
            target = Target(
                campaign,
                share_of(request.format, request.held_out_share),
                responses_per_item=request.responses_per_item,
                leave_out=request.leave_out,
            )
            imported = write_file(target, File(stream, request.format, request.told))
            if not request.is_append:
                _keep_taxonomy(campaign, request.owner)
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
    target = Target(campaign, share_of(format, held_out_share), written_by)
    with transaction.atomic():
        imported = import_into(target=target, file=File(stream, format))
        name = getattr(stream, "name", None) or "a file"
        record_act(Act.IMPORT_CONFIRMED, campaign=campaign, by=written_by, file=name)
    return imported


def import_into(*, target: Target, file: File) -> Imported:
    """Add what a file holds to a campaign that exists. Raises as `import_queries` does."""
    try:
        with transaction.atomic():
            return write_file(target, file)
    except IntegrityError as error:
        raise WrongState(
            f"the same was added to {target.campaign.slug} just now: send the file again"
        ) from error


def share_of(format_name: str, share: float) -> float:
    """Return the share to hold out: none of a preference dataset, whose queries were trained on."""
    return 0.0 if format_name == "preferences" else share


def _check(request: ImportRequest) -> None:
    if not 0 <= request.held_out_share < 1:
        raise InvalidCampaign(
            f"the held-out share must be in [0, 1), not {request.held_out_share:g}"
        )
    if request.responses_per_item not in (2, 3, 4):
        raise InvalidCampaign(f"people compare 2 to 4 responses, not {request.responses_per_item}")
    if request.format not in FORMATS:
        raise InvalidCampaign(f"there is no format {request.format!r}")
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
    settings: dict[str, Any] = {"made_by": request.owner, **settings_for(request.template)}
    campaign = Campaign.objects.create(slug=request.slug, name=name, **settings)
    if request.owner:
        CampaignMember.objects.create(campaign=campaign, user=request.owner, role=MemberRole.OWNER)
    else:
        admit_everybody(campaign=campaign)
    return campaign


def _keep_taxonomy(campaign: Campaign, owner: User | None) -> None:
    """Let the kinds of query that the file names be what an attacker aims at."""
    nodes = campaign.queries.exclude(node="").values_list("node", flat=True)
    kinds = list(nodes.order_by("node").distinct()[:MAX_NODES])
    change_settings(campaign=campaign, changed_by=owner, taxonomy=kinds)
