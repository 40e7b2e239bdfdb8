"""Items whose right answer is known: they tell how people do, and whether critiques help them.

They look like any other, wait in the queue among the others, and train nothing: who drew them knew
the truth.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from oversight.models import (
    Campaign,
    Choice,
    ItemKind,
    Purpose,
    Query,
    Response,
    ReviewItem,
    Round,
)
from oversight.policies.seeds import derive_seed
from oversight.services.checkers import score


@dataclass(frozen=True)
class KnownPair:
    kind: ItemKind
    right: Response
    wrong: Response

    @property
    def responses(self) -> frozenset[int]:
        return frozenset((self.right.pk, self.wrong.pk))


def draw_known_pairs(round_: Round, asked: Collection[int]) -> list[KnownPair]:
    """Return the round's tampered answers with what they were made from, and as many gold pairs as
    it plans, of other queries than those `asked` about (by id)."""
    tampered = [
        KnownPair(ItemKind.TAMPERED, row.revises, row)
        for row in Response.objects.filter(query__round=round_, purpose=Purpose.TAMPERED)
        .select_related("revises")
        .order_by("query__slot")
        if row.revises
    ]
    taken = {*asked, *(pair.right.query_id for pair in tampered)}
    queries = Query.objects.usable().filter(round=round_).exclude(pk__in=taken)
    count = round_.plan.get("gold_items", 0)
    seed = derive_seed(round_.seed, "gold")
    gold = gold_pairs(round_.campaign, list(queries.order_by("slot")), count, seed)
    return [*tampered, *gold]


def gold_pairs(
    campaign: Campaign, queries: Sequence[Query], count: int, seed: int
) -> list[KnownPair]:
    """Return up to `count` pairs of a right and a wrong answer, of one query each."""
    if not count:
        return []
    answers: dict[int, list[Response]] = defaultdict(list)
    rows = Response.objects.filter(
        query__in=queries, purpose=Purpose.FEEDBACK, version__isnull=False
    ).exclude(finish_reason="error")
    for row in rows.select_related("query").order_by("version_id", "sample"):
        answers[row.query_id].append(row)
    rng = Random(seed)
    pairs: list[KnownPair] = []
    for query in rng.sample(queries, len(queries)):
        if len(pairs) < count and (pair := _gold_pair(campaign, answers[query.pk], rng)):
            pairs.append(pair)
    return pairs


def _gold_pair(campaign: Campaign, answers: list[Response], rng: Random) -> KnownPair | None:
    truth = [is_right(campaign, answer) for answer in answers]
    right = [answer for answer, is_so in zip(answers, truth, strict=True) if is_so is True]
    wrong = [answer for answer, is_so in zip(answers, truth, strict=True) if is_so is False]
    if not right or not wrong:
        return None
    return KnownPair(ItemKind.GOLD, rng.choice(right), rng.choice(wrong))


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
        problem=pair.wrong.sampling.get("problem", "") if pair.kind == ItemKind.TAMPERED else "",
        annotators=seats,
        seats_free=seats,
        priority=rng.choice(priorities) if priorities else 0.0,
    )
