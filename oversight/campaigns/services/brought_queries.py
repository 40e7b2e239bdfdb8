"""Queries that a program outside wrote against the campaign's learner."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from oversight.campaigns.services.queries import (
    AddedQueries,
    NewQuery,
    add_queries,
    near_held_out,
)
from oversight.models import Act, Campaign, Origin, User
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import demand_not_ended
from oversight.people.services.audit import record_act


@dataclass(frozen=True)
class TakenIn:
    """`added`: what became of those that were let in; all indexes are places in what was given, from 0.
    `too_near`: those left out because they are like a held-out query."""

    added: AddedQueries
    too_near: list[int]


@transaction.atomic
def take_in_queries(
    *,
    campaign: Campaign,
    queries: Sequence[NewQuery],
    origin: str = Origin.IMPORTED,
    written_by: User | None = None,
) -> TakenIn:
    """Add queries by the door of all queries, but without those of programs (`brought_by`) that are near
    a held-out one: an attacker that comes too near is not to grow what versions are compared on.

    Raises AtRest in a finished campaign, and WrongState as `add_queries` does.
    """
    demand_not_ended(campaign, Permission.ADD_DATA)
    near = near_held_out(campaign, [query.text for query in queries])
    too_near = [n for n, query in enumerate(queries) if query.brought_by and near[n]]
    kept = [n for n in range(len(queries)) if n not in set(too_near)]
    added = add_queries(
        campaign=campaign,
        queries=[queries[n] for n in kept],
        origin=origin,
        written_by=written_by,
    )
    _write_down(campaign, [queries[n] for n in kept], added, written_by)
    return TakenIn(_at(added, kept), too_near)


def _write_down(
    campaign: Campaign, queries: Sequence[NewQuery], added: AddedQueries, by: User | None
) -> None:
    """Name each program with how many of its queries are new."""
    new = set(added.new_ids)
    by_program: dict[str, set[int]] = {}
    for query, pk in zip(queries, added.ids, strict=True):
        if query.brought_by and pk in new:
            by_program.setdefault(query.brought_by, set()).add(pk)
    for program, ids in sorted(by_program.items()):
        record_act(Act.QUERIES_BROUGHT, campaign=campaign, by=by, count=len(ids), program=program)


def _at(added: AddedQueries, places: Sequence[int]) -> AddedQueries:
    """Return the same with its indexes as places in what was given."""
    return replace(
        added,
        duplicates=[replace(each, index=places[each.index]) for each in added.duplicates],
        conflicts=[replace(each, index=places[each.index]) for each in added.conflicts],
    )
