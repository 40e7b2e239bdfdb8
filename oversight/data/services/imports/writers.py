"""One writer for each kind of row. Each takes a batch and writes it in bulk."""

import random
from collections.abc import Sequence

from models_srv.texts import as_seen, exact_digest
from oversight.data.importers import Answer, JudgedRow, PreferenceRow, QueryRow, SolvedRow
from oversight.data.importers.identity import REPEATED
from oversight.models import (
    Judgement,
    Preference,
    Query,
    ReviewItem,
    Source,
    Split,
)

from .batches import BATCH, Target

P_A_BETTER = {"a": 1.0, "b": 0.0, "tie": 0.5}
Pair = tuple[int, int | None]


def write_queries(target: Target, rows: Sequence[QueryRow]) -> None:
    added = target.add_queries(rows)
    target.note_repeats(rows[duplicate.index] for duplicate in added.duplicates)


def write_solved(target: Target, rows: Sequence[SolvedRow]) -> None:
    """Write queries with their responses, and ask people about some of them, drawn at random.

    What the data say of correctness is not looked at: a draw that knew would bias what people see.
    """
    added = target.add_queries([row.query for row in rows])
    repeated = {duplicate.index for duplicate in added.duplicates}
    target.refuse([(rows[index].query.line, REPEATED) for index in sorted(repeated)])
    ids = [pk for index, pk in enumerate(added.ids) if index not in repeated]
    rows = [row for index, row in enumerate(rows) if index not in repeated]
    answers = [(pk, a) for pk, row in zip(ids, rows, strict=True) for a in row.answers]
    responses = iter(target.add_responses(answers))
    items = []
    for query_id, row in zip(ids, rows, strict=True):
        of_row = [next(responses) for _ in row.answers]
        few = _random_few(row, of_row, target.responses_per_item)
        if len(few) > 1:
            items.append(_item(target, row.query, query_id, few))
    ReviewItem.objects.bulk_create(items, batch_size=BATCH)
    target.imported.counts["items"] += len(items)


def write_judged(target: Target, rows: Sequence[JudgedRow]) -> None:
    """Write each annotator's choice as a person's judgement, and what the majority prefers.

    People judged held-out queries too; no preference is made of those.
    """
    ids = target.add_queries([row.query for row in rows]).ids
    pairs = _pairs(target, ids, [(row.answer_a, row.answer_b) for row in rows])
    again = _known_before(pairs, _judged_pairs(target))
    target.note_repeats(row.query for row, is_again in zip(rows, again, strict=True) if is_again)
    fresh = [index for index, is_again in enumerate(again) if not is_again]
    ids, pairs = [ids[index] for index in fresh], [pairs[index] for index in fresh]
    rows = [rows[index] for index in fresh]
    split = dict(Query.objects.filter(pk__in=ids).values_list("pk", "split"))
    judgements = [
        _judgements(query_id, pair, row.choices)
        for query_id, pair, row in zip(ids, pairs, rows, strict=True)
    ]
    flat = [judgement for of_one_row in judgements for judgement in of_one_row]
    Judgement.objects.bulk_create(flat, batch_size=BATCH)
    preferences = [
        preference
        for of_one_row, pair in zip(judgements, pairs, strict=True)
        if split[of_one_row[0].query_id] == Split.TRAIN
        and (preference := _majority_preference(target, of_one_row, pair))
    ]
    Preference.objects.bulk_create(preferences, batch_size=BATCH)
    target.imported.counts["judgements"] += len(flat)
    target.imported.counts["preferences"] += len(preferences)


def write_preferences(target: Target, rows: Sequence[PreferenceRow]) -> None:
    """Write a preference for each row; one that is in the file already is left out and named."""
    ids = target.add_queries([row.query for row in rows]).ids
    pairs = _pairs(target, ids, [(row.chosen, row.rejected) for row in rows])
    target.labels |= _known_labels(target)
    held_out = _held_out(target)
    preferences = []
    for query_id, (chosen, rejected), row in zip(ids, pairs, rows, strict=True):
        label = (chosen, rejected, row.source, row.p_w, row.p_l, row.weight)
        if query_id in held_out:
            target.refuse(
                [(row.query.line, "the query is held out here: nothing is trained on it")]
            )
            continue
        if label in target.labels:
            target.note_repeats([row.query])
            continue
        target.labels.add(label)
        preferences.append(
            Preference(
                campaign=target.campaign,
                query_id=query_id,
                chosen_id=chosen,
                rejected_id=rejected,
                source=row.source,
                p_w=row.p_w,
                p_l=row.p_l,
                weight=row.weight,
            )
        )
    Preference.objects.bulk_create(preferences, batch_size=BATCH)
    target.imported.counts["preferences"] += len(preferences)


def _known_before(pairs: Sequence[Pair], known: set[Pair]) -> list[bool]:
    """Return of each pair whether it is known, or stands earlier among them."""
    known, again = set(known), []
    for pair in pairs:
        again.append(pair in known)
        known.add(pair)
    return again


def _judged_pairs(target: Target) -> set[Pair]:
    """Return the pairs of the old queries that an import brought judgements of."""
    rows = Judgement.objects.filter(query__in=target.old_queries, item__isnull=True)
    return set(rows.exclude(annotator_label="").values_list("response_a", "response_b"))


def _known_labels(target: Target) -> set[tuple[int | str | float, ...]]:
    columns = ("chosen", "rejected", "source", "p_w", "p_l", "weight")
    rows = Preference.objects.filter(query__in=target.old_queries, item__isnull=True)
    return set(rows.values_list(*columns))


def _held_out(target: Target) -> set[int]:
    rows = Query.objects.filter(pk__in=target.old_queries, split=Split.HELD_OUT)
    return set(rows.values_list("pk", flat=True))


def _random_few(row: SolvedRow, ids: Sequence[int], most: int) -> list[int]:
    """Return up to `most` responses that can be told apart, drawn by the query's text alone."""
    by_sight = {as_seen(answer.text): pk for pk, answer in zip(ids, row.answers, strict=True)}
    different = list(by_sight.values())
    return _random_of(row.query).sample(different, min(most, len(different)))


def _random_of(query: QueryRow) -> random.Random:
    return random.Random(exact_digest(query.text))


def _item(target: Target, query: QueryRow, query_id: int, responses: Sequence[int]) -> ReviewItem:
    seats = target.campaign.judging.annotators_per_item
    columns = ("response_a_id", "response_b_id", "response_c_id", "response_d_id")
    return ReviewItem(
        campaign=target.campaign,
        query_id=query_id,
        annotators=seats,
        seats_free=seats,
        asks_flaws=target.campaign.judging.asks_flaws,
        # In a random order: what people have got through at any time says something of the rest.
        priority=_random_of(query).random(),
        **dict(zip(columns, responses, strict=False)),
    )


def _pairs(
    target: Target, query_ids: Sequence[int], answers: Sequence[tuple[Answer, Answer]]
) -> list[tuple[int, int]]:
    """Return the ids of the two responses to each query."""
    flat = [(pk, answer) for pk, pair in zip(query_ids, answers, strict=True) for answer in pair]
    ids = target.add_responses(flat)
    return list(zip(ids[::2], ids[1::2], strict=True))


def _judgements(query_id: int, pair: tuple[int, int], choices: Sequence[str]) -> list[Judgement]:
    return [
        Judgement(
            query_id=query_id,
            response_a_id=pair[0],
            response_b_id=pair[1],
            source=Source.PERSON,
            annotator_label=f"annotator {number}",
            choice=choice,
            p_a_better=P_A_BETTER[choice],
        )
        for number, choice in enumerate(choices, start=1)
    ]


def _majority_preference(
    target: Target, judgements: list[Judgement], pair: tuple[int, int]
) -> Preference | None:
    choices = [judgement.choice for judgement in judgements]
    winner = max("ab", key=choices.count)
    if choices.count(winner) * 2 <= len(choices):
        return None
    chosen, rejected = pair if winner == "a" else pair[::-1]
    deciding = judgements[choices.index(winner)]
    return Preference(
        campaign=target.campaign,
        query_id=deciding.query_id,
        chosen_id=chosen,
        rejected_id=rejected,
        source=Source.PERSON,
        judgement=deciding,
    )
