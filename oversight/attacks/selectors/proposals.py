"""Kinds of weakness that attackers proposed, for those who decide about them."""

from dataclasses import dataclass

from oversight.models import Campaign, ProposalState, Query, WeaknessProposal

MOST_DECIDED = 20  # the newest
MOST_FAILURES = 3


@dataclass(frozen=True)
class Told:
    """A proposal with some of the failures that it was made from."""

    proposal: WeaknessProposal
    failures: list[Query]


@dataclass(frozen=True)
class Proposals:
    open: list[Told]
    decided: list[WeaknessProposal]


def proposals_of(campaign: Campaign) -> Proposals:
    """Return the campaign's, the newest first."""
    rows = WeaknessProposal.objects.filter(round__campaign=campaign).order_by("-pk")
    rows = rows.select_related("round", "version", "decided_by")
    still_open = list(rows.filter(state=ProposalState.OPEN))
    shown = [pk for each in still_open for pk in each.failures[:MOST_FAILURES]]
    queries = Query.objects.in_bulk(shown)
    for query in queries.values():
        query.harm = campaign.care.harm_words(query.node)  # type: ignore[attr-defined]
    told = [
        Told(each, [queries[pk] for pk in each.failures[:MOST_FAILURES] if pk in queries])
        for each in still_open
    ]
    return Proposals(told, list(rows.exclude(state=ProposalState.OPEN)[:MOST_DECIDED]))
