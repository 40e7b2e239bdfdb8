"""Writes solutions in steps: those with labels as a person's judgement, others as items for people."""

from collections.abc import Sequence
from itertools import pairwise

from oversight.data.importers import Answer, SteppedRow
from oversight.data.importers.identity import labeller_of
from oversight.models import ItemKind, Judgement, ReviewItem, Source, StepLabel

from .batches import BATCH, Target

RECORDED = "recorded"


def write_stepped(target: Target, rows: Sequence[SteppedRow]) -> None:
    query_ids = target.add_queries([row.query for row in rows]).ids
    answers = [Answer(RECORDED, "\n".join(row.steps)) for row in rows]
    response_ids = target.add_responses(list(zip(query_ids, answers, strict=True)))
    known = _known(target)
    found = []
    for row, query_id, response_id in zip(rows, query_ids, response_ids, strict=True):
        labelled = (response_id, labeller_of(row))
        if labelled in known:
            target.note_repeats([row.query])
        else:
            known.add(labelled)
            found.append((row, query_id, response_id))
    judged = [
        (row, _judgement(row, query_id, response_id))
        for row, query_id, response_id in found
        if row.labels
    ]
    Judgement.objects.bulk_create([judgement for _, judgement in judged], batch_size=BATCH)
    labels = [label for row, judgement in judged for label in _labels(row, judgement)]
    StepLabel.objects.bulk_create(labels, batch_size=BATCH)
    items = [_item(target, query_id, pk) for row, query_id, pk in found if not row.labels]
    ReviewItem.objects.bulk_create(items, batch_size=BATCH)
    target.imported.counts.update(
        {"judgements": len(judged), "step labels": len(labels), "items": len(items)}
    )


def _known(target: Target) -> set[tuple[int, str]]:
    """Return the responses to old queries that were labelled, and by whom; "" is nobody yet."""
    judged = Judgement.objects.filter(query__in=target.old_queries, step_labels__isnull=False)
    asked = target.campaign.items.filter(query__in=target.old_queries, kind=ItemKind.STEPS)
    return {
        *judged.values_list("response_a", "annotator_label"),
        *((pk, "") for pk in asked.values_list("response_a", flat=True)),
    }


def _judgement(row: SteppedRow, query_id: int, response_id: int) -> Judgement:
    return Judgement(
        query_id=query_id,
        response_a_id=response_id,
        source=Source.PERSON,
        annotator_label=labeller_of(row),
        seconds=row.seconds,
    )


def _labels(row: SteppedRow, judgement: Judgement) -> list[StepLabel]:
    starts = [0]
    for step in row.steps:
        starts.append(starts[-1] + len(step) + 1)
    return [
        StepLabel(
            judgement=judgement,
            response_id=judgement.response_a_id,
            position=position,
            start=start,
            end=following - 1,
            label=label,
        )
        for position, ((start, following), label) in enumerate(
            zip(pairwise(starts), row.labels, strict=False)
        )
    ]


def _item(target: Target, query_id: int, response_id: int) -> ReviewItem:
    seats = target.campaign.judging.annotators_per_item
    return ReviewItem(
        campaign=target.campaign,
        kind=ItemKind.STEPS,
        query_id=query_id,
        response_a_id=response_id,
        annotators=seats,
        seats_free=seats,
    )
