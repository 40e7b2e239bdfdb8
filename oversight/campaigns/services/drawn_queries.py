"""Queries that a campaign's domain draws: to train on, and others that are held out."""

from models_srv.domains.domain import Domain, DomainQuery
from oversight.campaigns.selectors.queries import forget_drawn
from oversight.campaigns.services.queries import text_columns
from oversight.models import Campaign, Origin, Query, Split

SEEDS = {Split.TRAIN: 1, Split.HELD_OUT: 2}


def add_drawn_queries(*, campaign: Campaign, domain: Domain, train: int, held_out: int) -> None:
    """Add so many of each side to a campaign without queries, the same in any campaign.

    They keep the domain's clusters, none of which is on both sides.
    """
    _add(campaign, Split.TRAIN, domain.queries("train", train, SEEDS[Split.TRAIN]))
    _add(campaign, Split.HELD_OUT, domain.queries("held_out", held_out, SEEDS[Split.HELD_OUT]))
    forget_drawn()


def _add(campaign: Campaign, split: Split, queries: list[DomainQuery]) -> None:
    # Two wordings may give the same text.
    distinct = {query.text: query for query in queries}
    Query.objects.bulk_create(
        Query(
            campaign=campaign,
            **text_columns(query.text),
            origin=Origin.TEMPLATE,
            split=split,
            node=query.node,
            cluster=query.cluster,
        )
        for query in distinct.values()
    )
