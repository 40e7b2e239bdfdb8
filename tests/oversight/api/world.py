"""A campaign with something of each kind, and the addresses of REST about it."""

import json
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver, reverse

from oversight.models import Campaign, CampaignMember
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_round,
    make_user,
    make_version,
)


@dataclass(frozen=True)
class World:
    campaign: Campaign
    known: dict[str, object]

    def address(self, name):
        arguments = converters(name)
        return reverse(name, kwargs={key: self.known[key] for key in arguments})

    def body(self, value):
        return "" if value is None else json.dumps(value)


def converters(name):
    for entry in walked(get_resolver().url_patterns):
        if entry.name == name:
            return entry.pattern.converters
    raise LookupError(name)


def walked(entries):
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from walked(entry.url_patterns)
        else:
            yield entry


def make_world():
    campaign = make_campaign(slug="maths")
    learner = make_version(campaign)
    query = make_query(campaign)
    make_response(query)
    round_ = make_round(learner, number=1)
    make_user("newcomer")
    member = CampaignMember.objects.get(user=make_member(campaign, "annotator"))
    known = {
        "slug": campaign.slug,
        "number": round_.number,
        "query_id": query.pk,
        "member_id": member.pk,
    }
    return World(campaign, known)
