"""Which queries a round is about: those that people brought, and slots for the attacker to fill."""

from collections.abc import Sequence

from oversight.errors import InvalidCampaign
from oversight.loop.policies.targeting import plan_slots
from oversight.loop.selectors.failures import failure_by_node, seed_queries_by_node
from oversight.loop.selectors.pool import BROUGHT_BY_PEOPLE, unused_queries
from oversight.models import Campaign, Origin, Role, Round
from oversight.statements import Statement
from oversight.versions.selectors.active import active_version

# One pass however many: Django's bulk_update costs the square of its batch.
TAKE = Statement(
    """
    UPDATE oversight_query query SET round_id = %(round)s, slot = taken.slot
    FROM unnest(%(ids)s::bigint[], %(slots)s::int[]) AS taken (id, slot)
    WHERE query.id = taken.id
    """
)

Slot = dict[str, object]


def fill_slots(round_: Round) -> list[Slot]:
    """Take queries from the pool and return the round's slots: theirs first, then the attacker's.

    Beside an attacker a share of the round (`pool_share`) is taken, as far as there are unused
    queries that people brought; without one the whole round is. With a share of 1 the attacker is
    not asked, and the round says that it has none. Raises InvalidCampaign where nobody is asked to
    write queries and none is unused.
    """
    campaign = round_.campaign
    count, share = campaign.each_round.queries_per_round, campaign.each_round.pool_share
    if round_.attacker is None:
        return _take_from_pool(round_, count, Origin.values) or _refuse(campaign)
    taken = _take_from_pool(round_, round(count * share), BROUGHT_BY_PEOPLE)
    if share == 1:
        round_.attacker = None
        return taken or _refuse(campaign)
    return taken + _attack_slots(campaign, count - len(taken), round_.seed)


def is_from_pool(slot: Slot) -> bool:
    return bool(slot.get("pool"))


def _attack_slots(campaign: Campaign, count: int, seed: int) -> list[Slot]:
    """Aim at the kinds of query on which the learner failed most in the rounds so far."""
    failure, seeds = failure_by_node(campaign), seed_queries_by_node(campaign)
    slots = plan_slots(count, campaign.basics.taxonomy, failure, seeds, seed)
    return [{"node": slot.node, "near": slot.near_id} for slot in slots]


def _take_from_pool(round_: Round, count: int, origins: Sequence[str]) -> list[Slot]:
    """Give unused training queries their slots. Their texts are not read: they may be large."""
    pool = unused_queries(round_.campaign, origins)
    rows = list(pool.order_by("text_sha256").values_list("pk", "node")[:count])
    TAKE.run(round=round_.pk, ids=[pk for pk, _ in rows], slots=list(range(len(rows))))
    return [{"node": node, "near": None, "pool": True} for _, node in rows]


def _refuse(campaign: Campaign) -> list[Slot]:
    if campaign.each_round.pool_share == 1 and active_version(campaign, Role.ATTACKER):
        raise InvalidCampaign(
            f"all queries of {campaign.slug} are to be imported ones and none is left unused: add "
            "queries, or let the attacker write a share"
        )
    raise InvalidCampaign(
        f"{campaign.slug} has no attacker and no unused queries: choose an attacker or add queries"
    )
