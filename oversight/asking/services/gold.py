"""Gold items for a campaign without a round: one that was imported, or whenever somebody wants more."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from oversight.asking.selectors.reviews import open_priorities
from oversight.asking.services.control_items import (
    KnownPair,
    gold_pairs,
    hold_without_critiques,
    known_items,
)
from oversight.models import (
    Act,
    Campaign,
    ItemKind,
    ItemState,
    Purpose,
    Query,
    Response,
    ReviewItem,
)
from oversight.people.services.audit import record_act
from oversight.statistics.seeds import derive_seed

BATCH = 500
STANDING = [ItemState.OPEN, ItemState.PREPARING, ItemState.PRACTICE]


def make_gold_items(*, campaign: Campaign, count: int, seed: int, is_practice: bool = False) -> int:
    """Ask people about up to `count` pairs of which the data or the checker know the right one.

    Those for practice are never in the queue. The others wait for critiques where others have some.

    Of queries without an open gold item, drawn with `seed`, and never about two responses that an
    item has already. Return how many items were made: fewer where there are no more such pairs.
    """
    drawn = _draw_pairs(campaign, count, seed)
    with transaction.atomic():
        # One admin at a time: two at once would ask the same twice.
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        items = known_items(
            campaign,
            _still_free(campaign, drawn),
            open_priorities(campaign),
            seats=campaign.judging.annotators_per_item,
            seed=derive_seed(seed, "places"),
        )
        if is_practice:
            for item in items:
                item.state, item.asks_flaws = ItemState.PRACTICE, False
        else:
            hold_without_critiques(campaign, items)
        ReviewItem.objects.bulk_create(items)
        if items:
            record_act(Act.ITEMS_ADDED, campaign=campaign, count=len(items))
    return len(items)


def _still_free(campaign: Campaign, pairs: Sequence[KnownPair]) -> list[KnownPair]:
    queries = _without_open_gold(campaign).filter(pk__in=[pair.right.query_id for pair in pairs])
    free = set(queries.values_list("pk", flat=True))
    return [pair for pair in pairs if pair.right.query_id in free]


def _draw_pairs(campaign: Campaign, count: int, seed: int) -> list[KnownPair]:
    ids = list(_candidates(campaign).order_by("pk").values_list("pk", flat=True))
    Random(seed).shuffle(ids)
    pairs: list[KnownPair] = []
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = Query.objects.in_bulk(batch)
        queries = [found[pk] for pk in batch]
        pairs += gold_pairs(campaign, queries, count - len(pairs), _asked_pairs(batch))
        if len(pairs) == count:
            break
    return pairs


def _candidates(campaign: Campaign) -> QuerySet[Query]:
    """Return the queries of which a right and a wrong response may be known."""
    answers = Response.objects.filter(
        query=OuterRef("pk"), purpose=Purpose.FEEDBACK, version__isnull=False
    )
    queries = _without_open_gold(campaign)
    if campaign.basics.checker:
        return queries.filter(Exists(answers))
    right, wrong = (answers.filter(is_marked_correct=is_so) for is_so in (True, False))
    return queries.filter(Exists(right), Exists(wrong))


def _without_open_gold(campaign: Campaign) -> QuerySet[Query]:
    gold = campaign.items.filter(kind=ItemKind.GOLD, state__in=STANDING)
    return Query.objects.usable().filter(campaign=campaign).exclude(pk__in=gold.values("query"))


def _asked_pairs(query_ids: Iterable[int]) -> dict[int, list[set[int]]]:
    asked: dict[int, list[set[int]]] = defaultdict(list)
    for item in ReviewItem.objects.filter(query__in=query_ids, response_b__isnull=False):
        asked[item.query_id].append(set(item.response_ids))
    return asked
