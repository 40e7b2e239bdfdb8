"""The queries that people brought and that no round has asked about yet."""

from collections.abc import Iterable

from django.db.models import QuerySet

from oversight.models import Campaign, Origin, Query

# What was drawn from a template is where an attacker starts from, nothing that anybody asked about.
BROUGHT_BY_PEOPLE = (Origin.IMPORTED, Origin.PERSON)


def unused_queries(campaign: Campaign, origins: Iterable[str]) -> QuerySet[Query]:
    """Return the campaign's training queries of these origins that no round has taken."""
    rows = Query.objects.train().filter(campaign=campaign, round__isnull=True)
    return rows.filter(origin__in=list(origins))


def has_run_out(campaign: Campaign, *, has_attacker: bool) -> bool:
    """Whether the next round would have no query: nobody writes any, and none is left unused."""
    if has_attacker and campaign.each_round.pool_share < 1:
        return False
    origins = BROUGHT_BY_PEOPLE if has_attacker else Origin.values
    return not unused_queries(campaign, origins).exists()
