"""Writes pairs whose right answer is known as items that wait among the campaign's others."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.texts import exact_digest
from oversight.asking.services.control_items import hold_without_critiques
from oversight.data.importers import Answer, KnownRow
from oversight.data.importers.identity import ASKED_OTHERWISE, truth
from oversight.models import KNOWN_KINDS, ItemState, ReviewItem

from .batches import BATCH, Target
from .stepped import RECORDED


@dataclass(frozen=True)
class _Known:
    row: KnownRow
    query_id: int
    response_a: int
    response_b: int


def write_known(target: Target, rows: Sequence[KnownRow]) -> None:
    """Write an item for each pair; one that the campaign asks about already is left out and named.

    Raises BadRows where it asks about it with another right answer.
    """
    items = [_item(target, known) for known in _new_ones(target, _with_ids(target, rows))]
    hold_without_critiques(target.campaign, items)
    ReviewItem.objects.bulk_create(items, batch_size=BATCH)
    target.imported.counts["items"] += len(items)


def _with_ids(target: Target, rows: Sequence[KnownRow]) -> list[_Known]:
    query_ids = target.add_queries([row.query for row in rows]).ids
    answers = [
        (query_id, Answer(RECORDED, text))
        for query_id, row in zip(query_ids, rows, strict=True)
        for text in (row.a, row.b)
    ]
    ids = target.add_responses(answers)
    found = zip(rows, query_ids, ids[::2], ids[1::2], strict=True)
    return [_Known(*each) for each in found]


def _new_ones(target: Target, given: Sequence[_Known]) -> list[_Known]:
    asked = _asked(target, {known.query_id for known in given})
    new, errors = [], []
    for known in given:
        pair, right = truth(known.row.expected, known.response_a, known.response_b)
        if pair not in asked:
            new.append(known)
        elif asked[pair] == right:
            target.note_repeats([known.row.query])
        else:
            errors.append((known.row.query.line, ASKED_OTHERWISE))
        asked.setdefault(pair, right)
    target.refuse(errors)
    return new


def _asked(target: Target, query_ids: set[int]) -> dict[frozenset[int], int | str]:
    """Return the right answers of the pairs of these queries that people are asked about."""
    items = target.campaign.items.filter(
        query__in=query_ids, kind__in=KNOWN_KINDS, response_b__isnull=False
    ).exclude(state=ItemState.WITHDRAWN)
    rows = items.values_list("expected", "response_a", "response_b")
    return dict(truth(expected, a, b) for expected, a, b in rows)


def _item(target: Target, known: _Known) -> ReviewItem:
    seats = target.campaign.judging.annotators_per_item
    rng = random.Random(exact_digest(known.row.query.text))
    return ReviewItem(
        campaign=target.campaign,
        kind=known.row.kind,
        query_id=known.query_id,
        response_a_id=known.response_a,
        response_b_id=known.response_b,
        expected=known.row.expected,
        problem=known.row.problem,
        annotators=seats,
        seats_free=seats,
        asks_flaws=target.campaign.judging.asks_flaws,
        priority=rng.choice(target.open_priorities) if target.open_priorities else 0.0,
    )
