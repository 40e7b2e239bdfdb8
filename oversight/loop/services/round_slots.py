"""Which queries a round is about: those that people brought, and slots for the attacker to fill."""

from collections.abc import Sequence
from dataclasses import asdict

from django.db.models import BooleanField, ExpressionWrapper, Q

from oversight.attacks.policies.history import histories
from oversight.attacks.policies.weakness import Try
from oversight.attacks.selectors.parents import archive_of, fresh_queries
from oversight.attacks.selectors.tries import tries_of
from oversight.attacks.selectors.weakness import evidence
from oversight.errors import InvalidCampaign
from oversight.learning.policies.trainable import why_not_loaded_here
from oversight.loop.policies.targeting import Slot as PlannedSlot
from oversight.loop.policies.targeting import plan_slots
from oversight.loop.selectors.pool import BROUGHT_BY_PEOPLE, unused_queries
from oversight.loop.services.follow_ups import Slot, with_follow_ups
from oversight.models import Campaign, ModelVersion, Origin, QueryWriting, Role, Round
from oversight.statements import Statement
from oversight.versions.selectors.active import active_version
from oversight.versions.selectors.lineage import takes_instructions

# One pass however many: Django's bulk_update costs the square of its batch.
TAKE = Statement(
    """
    UPDATE oversight_query query SET round_id = %(round)s, slot = taken.slot
    FROM unnest(%(ids)s::bigint[], %(slots)s::int[]) AS taken (id, slot)
    WHERE query.id = taken.id
    """
)

TIMES_TO_LEARN = (
    2  # queries from each start: of one alone nobody can say what would have been better
)


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
    return taken + _attack_slots(round_, count - len(taken))


def is_from_pool(slot: Slot) -> bool:
    return bool(slot.get("pool"))


def _attack_slots(round_: Round, count: int) -> list[Slot]:
    """Aim at the kinds of query on which confirmed failures are likely, from queries of many holes.
    What was known of each kind is frozen with the plan: with the round's seed it gives the same kinds
    again."""
    campaign, kinds = round_.campaign, round_.campaign.basics.taxonomy
    tries = tries_of(campaign)
    known, archive = evidence(campaign, tries), archive_of(campaign, tries)
    round_.plan["aim"] = {kind: asdict(each) for kind, each in known.items()}
    fresh = fresh_queries(campaign, kinds, archive)
    times = TIMES_TO_LEARN if _learns(round_) else 1
    slots = plan_slots(count, kinds, known, archive, fresh, round_.seed, times)
    if round_.plan.get("query_writing") == QueryWriting.AUTODETECT:
        planned = _from_history(round_, slots, tries, times)
    else:
        planned = [{"node": slot.node, "near": slot.near_id} for slot in slots]
    return with_follow_ups(round_, planned, tries)


def _from_history(
    round_: Round, slots: Sequence[PlannedSlot], tries: Sequence[Try], times: int
) -> list[Slot]:
    """Show each slot's attacker what was asked before, most of it failures. One that was trained to
    write near a query gets a failure to write near, where there is one. The `times` slots of one start
    are shown the same."""
    assert round_.attacker is not None
    drawn = histories([slot.node for slot in slots[::times]], tries, round_.seed)
    past = [shown for shown in drawn for _ in range(times)][: len(slots)]
    if takes_instructions(round_.attacker):
        return [
            {"node": slot.node, "near": None, "history": shown}
            for slot, shown in zip(slots, past, strict=True)
        ]
    return [
        {"node": slot.node, "near": next((pk for pk, score in shown if not score), slot.near_id)}
        for slot, shown in zip(slots, past, strict=True)
    ]


def _learns(round_: Round) -> bool:
    """Whether the attacker can be trained at the end of the round, as its plan wants: on pairs of what it
    wrote near other queries."""
    is_wanted = bool(round_.plan.get("attacker_learning")) and bool(round_.campaign.basics.checker)
    attacker = round_.attacker
    if attacker is None or _goes_by_history(round_, attacker):
        return False
    return is_wanted and not why_not_loaded_here(attacker)


def _goes_by_history(round_: Round, attacker: ModelVersion) -> bool:
    is_auto = bool(round_.plan.get("query_writing") == QueryWriting.AUTODETECT)
    return is_auto and takes_instructions(attacker)


def _take_from_pool(round_: Round, count: int, origins: Sequence[str]) -> list[Slot]:
    """Give unused training queries their slots, first what attackers outside wrote against this learner.
    Their texts are not read: they may be large."""
    pool = unused_queries(round_.campaign, origins)
    is_patient = ExpressionWrapper(Q(brought_by=""), BooleanField())
    rows = list(pool.order_by(is_patient, "text_sha256").values_list("pk", "node")[:count])
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
