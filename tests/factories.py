"""The least rows that a test needs. Each returns a saved row; override what matters."""

import itertools
from typing import Any

from oversight.campaigns.services.queries import text_columns
from oversight.models import (
    ActiveVersion,
    BackendKind,
    Campaign,
    CampaignMember,
    MemberRole,
    ModelVersion,
    Origin,
    Promotion,
    Query,
    Response,
    ReviewItem,
    Role,
    Round,
    Stage,
    User,
)
from oversight.models.groups import GROUP_OF

counter = itertools.count(1)


def make_user(username: str = "", **fields: Any) -> User:
    return User.objects.create_user(username or f"user{next(counter)}", password="pw", **fields)


def make_campaign(**fields: Any) -> Campaign:
    number = next(counter)
    return Campaign.objects.create(
        **{"slug": f"campaign-{number}", "name": f"Campaign {number}", **fields}
    )


def make_member(
    campaign: Campaign, role: str = MemberRole.ANNOTATOR, user: User | None = None
) -> User:
    user = user or make_user()
    CampaignMember.objects.create(campaign=campaign, user=user, role=role)
    return user


def make_version(
    campaign: Campaign, role: str = Role.LEARNER, *, active: bool = True, **fields: Any
) -> ModelVersion:
    values = {"name": role, "revision": next(counter), "backend": BackendKind.RECORDED, **fields}
    version = ModelVersion.objects.create(campaign=campaign, role=role, **values)
    if active:
        ActiveVersion.objects.create(campaign=campaign, role=role, version=version)
        Promotion.objects.create(campaign=campaign, role=role, version=version, reason="first")
    return version


def make_query(campaign: Campaign, text: str = "", **fields: Any) -> Query:
    text = text or f"What is {next(counter)} + 1?"
    values = {
        **text_columns(text),
        "origin": Origin.IMPORTED,
        "cluster": f"c{next(counter)}",
        **fields,
    }
    return Query.objects.create(campaign=campaign, **values)


def make_response(query: Query, text: str = "An answer.", **fields: Any) -> Response:
    version = fields.pop("version", None) or (
        ModelVersion.objects.filter(campaign=query.campaign, role=Role.LEARNER).first()
        or make_version(query.campaign)
    )
    sample = fields.pop("sample", None)
    if sample is None:
        sample = Response.objects.filter(query=query, version=version).count()
    return Response.objects.create(query=query, version=version, sample=sample, text=text, **fields)


def make_item(campaign: Campaign, **fields: Any) -> ReviewItem:
    query = fields.pop("query", None) or make_query(campaign)
    seats = fields.pop("annotators", 1)
    return ReviewItem.objects.create(
        campaign=campaign,
        query=query,
        response_a=fields.pop("response_a", None) or make_response(query, "First answer."),
        response_b=fields.pop("response_b", None) or make_response(query, "Second answer."),
        annotators=seats,
        seats_free=fields.pop("seats_free", seats),
        **fields,
    )


def make_round(version: ModelVersion, **fields: Any) -> Round:
    """A round of the learner `version`, waiting for people."""
    plan = {"number": next(counter), "plan": {}, "seed": 1, "stage": Stage.REVIEW}
    return Round.objects.create(campaign=version.campaign, learner=version, **(plan | fields))


def set_settings(campaign: Campaign, **settings: Any) -> None:
    """Set and save settings of whatever group, past all that a change of settings does besides."""
    for name, value in settings.items():
        group = campaign.settings_of(GROUP_OF[name])
        setattr(group, name, value)
        group.save(update_fields=[name])
