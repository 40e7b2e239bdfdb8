"""Items whose right answer is known: they tell how people do, and whether critiques help them.

They look like any other, wait in the queue among the others, and train nothing: who drew them knew
the truth.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from types import MappingProxyType

from oversight.asking.selectors.reviews import criticised, rounds_have_critiques
from oversight.asking.services.checkers import score
from oversight.models import (
    Campaign,
    Choice,
    ItemKind,
    ItemState,
    Purpose,
    Query,
    Response,
    ReviewItem,
    Round,
)
from oversight.statistics.seeds import derive_seed

AskedPairs = Mapping[int, Collection[set[int]]]  # ids of responses, by query


@dataclass(frozen=True)
class KnownPair:
    kind: ItemKind
    right: Response
    wrong: Response


def draw_known_pairs(round_: Round, asked: AskedPairs) -> list[KnownPair]:
    """Return the round's tampered answers with what they were made from, and as many gold pairs as
    it plans.

    `asked` are the pairs that people are asked about anyway: other queries come first, so that nobody
    meets one twice, and never the same two responses.
    """
    tampered = [
        KnownPair(ItemKind.TAMPERED, row.revises, row)
        for row in Response.objects.filter(query__round=round_, purpose=Purpose.TAMPERED)
        .select_related("revises")
        .order_by("query__slot")
        if row.revises
    ]
    taken = [pair.right.query_id for pair in tampered]
    queries = list(Query.objects.usable().filter(round=round_).exclude(pk__in=taken))
    drawn = sorted(queries, key=lambda query: derive_seed(round_.seed, "gold", query.slot))
    in_turn = sorted(drawn, key=lambda query: query.pk in asked)
    gold = gold_pairs(round_.campaign, in_turn, round_.plan.get("gold_items", 0), asked)
    return [*tampered, *gold]


def gold_pairs(
    campaign: Campaign,
    queries: Sequence[Query],
    count: int,
    asked: AskedPairs = MappingProxyType({}),
) -> list[KnownPair]:
    """Return up to `count` pairs of a right and a wrong answer, one of each query, in its order, and
    none that is `asked` about already."""
    pairs: list[KnownPair] = []
    for query in queries if count else []:
        rng = Random(derive_seed(query.text_sha256, "gold"))
        pair = _gold_pair(campaign, _answers(query), asked.get(query.pk, ()), rng)
        pairs += [pair] if pair else []
        if len(pairs) == count:
            break
    return pairs


def _answers(query: Query) -> list[Response]:
    rows = Response.objects.filter(query=query, purpose=Purpose.FEEDBACK, version__isnull=False)
    answered = rows.exclude(finish_reason="error").select_related("query")
    return list(answered.order_by("version_id", "sample"))


def _gold_pair(
    campaign: Campaign, answers: Sequence[Response], asked: Collection[set[int]], rng: Random
) -> KnownPair | None:
    truth = {answer: is_right(campaign, answer) for answer in answers}
    pairs = [
        KnownPair(ItemKind.GOLD, right, wrong)
        for right, wrong in product(answers, answers)
        if truth[right] is True and truth[wrong] is False and {right.pk, wrong.pk} not in asked
    ]
    return rng.choice(pairs) if pairs else None


def is_right(campaign: Campaign, response: Response) -> bool | None:
    """What the imported data say of a response, else the checker; None where neither knows."""
    if response.is_marked_correct is not None:
        return response.is_marked_correct
    found = score(campaign, response.query.text, response.text)
    return None if found is None else found == 1


def known_items(
    campaign: Campaign,
    pairs: Sequence[KnownPair],
    priorities: Sequence[float],
    *,
    seats: int,
    seed: int,
    round_: Round | None = None,
) -> list[ReviewItem]:
    """Return the items, not saved; each has the place in the queue of one of the others, drawn."""
    rng = Random(seed)
    return [_item(campaign, pair, priorities, seats, rng, round_) for pair in pairs]


def _item(
    campaign: Campaign,
    pair: KnownPair,
    priorities: Sequence[float],
    seats: int,
    rng: Random,
    round_: Round | None,
) -> ReviewItem:
    is_right_a = rng.random() < 0.5
    a, b = (pair.right, pair.wrong) if is_right_a else (pair.wrong, pair.right)
    return ReviewItem(
        campaign=campaign,
        round=round_,
        kind=pair.kind,
        query_id=pair.right.query_id,
        response_a=a,
        response_b=b,
        expected=Choice.A if is_right_a else Choice.B,
        problem=pair.wrong.sampling.get("problem", ""),
        annotators=seats,
        seats_free=seats,
        priority=rng.choice(priorities) if priorities else 0.0,
        asks_flaws=_asks_flaws(campaign, round_),
    )


def _asks_flaws(campaign: Campaign, round_: Round | None) -> bool:
    """As the items do among which they are to be like any other."""
    asks = round_.plan.get("asks_flaws") if round_ else campaign.judging.asks_flaws
    return bool(asks)


def hold_without_critiques(campaign: Campaign, items: Sequence[ReviewItem]) -> None:
    """Let items that are not saved yet wait for critiques, where the campaign's others have some."""
    held = waiting_for_critiques(campaign, [item.response_ids for item in items])
    for item, is_held in zip(items, held, strict=True):
        if is_held:
            item.state = ItemState.PREPARING


def waiting_for_critiques(campaign: Campaign, items: Sequence[Sequence[int]]) -> list[bool]:
    """Return of each item, by its responses, whether it waits until they are criticised.

    Else people would know it by having no critique. The next round has it criticised and asks it.
    """
    if not items or not rounds_have_critiques(campaign):
        return [False] * len(items)
    known = criticised({pk for responses in items for pk in responses})
    return [not known.issuperset(responses) for responses in items]


def ask_prepared(round_: Round) -> int:
    """Ask what has its critiques by now; all that waits, where the round has no critic.

    Return how many items. Call inside the transaction that writes the round's other items.
    """
    waiting = list(round_.campaign.items.filter(state=ItemState.PREPARING))
    known = criticised({pk for item in waiting for pk in item.response_ids})
    ready = [
        item.pk
        for item in waiting
        if round_.critic_id is None or known.issuperset(item.response_ids)
    ]
    rows = ReviewItem.objects.filter(pk__in=ready, state=ItemState.PREPARING)
    return rows.update(state=ItemState.OPEN)
