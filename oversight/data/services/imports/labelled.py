"""Writes answers with what judges and critics said of them, and asks people where nobody said.

A label of several answers is a judgement of each pair of them. What a row repeats of what the
campaign has is left out.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models_srv.texts import exact_digest
from oversight.asking.services.control_items import waiting_for_critiques
from oversight.data.importers import Label, LabelledRow
from oversight.data.importers.verdicts import judge_of, told_apart, verdicts
from oversight.models import ItemState, Judgement, ReviewItem, Role, Source
from oversight.statements import copy_in, fresh_ids

from .batches import Target
from .critiques import write_critiques

COLUMNS = [
    *("id", "query_id", "response_a_id", "response_b_id", "source", "version_id"),
    *("annotator_label", "choice", "p_a_better", "overall", "strength", "rationale", "seconds"),
]
# Of these columns, those that make two judgements the same.
SAME = slice(1, 10)
SIDES = ("response_a_id", "response_b_id", "response_c_id", "response_d_id")
ITEM_COLUMNS = [
    *("id", "campaign_id", "query_id", "annotators", "seats_free", "priority", "state"),
    *SIDES,
]
Values = tuple[object, ...]


@dataclass
class Written:
    """A row with the ids of its query and of its answers, in order; whether it brought anything."""

    row: LabelledRow
    query_id: int
    answers: Sequence[int]
    is_new: bool = False


def write_labelled(target: Target, rows: Sequence[LabelledRow]) -> None:
    written = _with_ids(target, rows)
    write_critiques(target, written)
    _write_judgements(target, written)
    _write_items(target, written)
    target.note_repeats(each.row.query for each in written if not each.is_new)


def _with_ids(target: Target, rows: Sequence[LabelledRow]) -> list[Written]:
    added = target.add_queries([row.query for row in rows])
    flat = [(pk, answer) for pk, row in zip(added.ids, rows, strict=True) for answer in row.answers]
    ids = iter(target.add_responses(flat))
    written = [
        Written(row, pk, [next(ids) for _ in row.answers])
        for pk, row in zip(added.ids, rows, strict=True)
    ]
    fresh = {("query", pk) for pk in added.new_ids} | {
        ("response", pk) for pk in target.answers.new_ids
    }
    for each in written:
        own = {("query", each.query_id), *(("response", pk) for pk in each.answers)}
        each.is_new = bool(own & fresh)
        fresh -= own
    return written


def _write_judgements(target: Target, written: Sequence[Written]) -> None:
    known = _known_judgements(target)
    new = []
    for each in written:
        for values in _judgements(target, each):
            if values[SAME] not in known:
                known.add(values[SAME])
                each.is_new = True
                new.append(values)
    ids = fresh_ids(Judgement, len(new))
    copy_in(Judgement, COLUMNS, ((pk, *values[1:]) for pk, values in zip(ids, new, strict=True)))
    if ids and target.first_judgement is None:
        target.first_judgement = ids[0]
    target.imported.counts["judgements"] += len(ids)


def _known_judgements(target: Target) -> set[Values]:
    rows = Judgement.objects.filter(query__in=target.old_queries, item__isnull=True)
    return {(None, *values)[SAME] for values in rows.values_list(*COLUMNS[1:])}


def _judgements(target: Target, each: Written) -> Iterator[Values]:
    """Yield the columns of each judgement that the row's labels are, without an id."""
    for label in each.row.labels:
        version, name = _judge(target, label)
        who = (label.source, version, name)
        rest = (label.strength, label.rationale, label.seconds)
        for verdict in verdicts(label, len(each.answers)):
            second = None if verdict.second is None else each.answers[verdict.second]
            said = (verdict.choice, verdict.p_a_better, verdict.overall)
            yield (None, each.query_id, each.answers[verdict.first], second, *who, *said, *rest)


def _judge(target: Target, label: Label) -> tuple[int | None, str]:
    """Return the critic's version, and the name of a judge who is none."""
    if label.source == Source.CRITIC:
        return target.answers.version(Role.CRITIC, judge_of(label)).pk, ""
    return None, judge_of(label)


def _write_items(target: Target, written: Sequence[Written]) -> None:
    """Ask people about the rows that say so, each set of answers once."""
    asked = {
        frozenset(pk for pk in pks if pk)
        for pks in target.campaign.items.filter(query__in=target.old_queries).values_list(*SIDES)
    }
    items = []
    for each in written:
        apart = told_apart(each.row.answers) if each.row.is_asked else []
        shown = [each.answers[place] for place in apart]
        if len(shown) > 1 and frozenset(shown) not in asked:
            asked.add(frozenset(shown))
            each.is_new = True
            items.append((each, shown))
    target.imported.counts["items"] += len(items)
    copy_in(ReviewItem, ITEM_COLUMNS, _items(target, items))


def _items(target: Target, items: Sequence[tuple[Written, list[int]]]) -> list[Values]:
    """Return the rows of the items, whole: while they are copied nothing else can be asked."""
    held = waiting_for_critiques(target.campaign, [shown for _, shown in items])
    ids = fresh_ids(ReviewItem, len(items))
    found = zip(ids, items, held, strict=True)
    return [_item(target, pk, each, shown, is_held) for pk, (each, shown), is_held in found]


def _item(target: Target, pk: int, each: Written, shown: list[int], is_held: bool) -> Values:
    seats = target.campaign.judging.annotators_per_item
    # In a random order: what people have got through at any time says something of the rest.
    priority = random.Random(exact_digest(each.row.query.text)).random()
    state = ItemState.PREPARING if is_held else ItemState.OPEN
    sides = [*shown, *[None] * (len(SIDES) - len(shown))]
    return (pk, target.campaign.pk, each.query_id, seats, seats, priority, state.value, *sides)
