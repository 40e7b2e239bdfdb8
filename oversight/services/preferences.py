"""Feedback becomes preferences."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from oversight.models import (
    KNOWN_KINDS,
    Choice,
    Judgement,
    Preference,
    PreferenceKind,
    ReviewItem,
    Source,
    SourceReliability,
    Split,
)
from oversight.policies.repeats import joint_reliability
from oversight.statements import Statement, insert

# Every answer that closes an item asks all of it.
EVIDENCE = Statement(
    """
    WITH preference AS (
        SELECT preference.* FROM oversight_preference preference
        JOIN oversight_judgement judgement ON judgement.id = preference.judgement_id
        WHERE judgement.item_id = %(item)s AND preference.kind = 'compared'
        AND NOT EXISTS (
            SELECT FROM oversight_preference later WHERE later.supersedes_id = preference.id)
        ORDER BY preference.id LIMIT 1
    ), reliability AS (
        SELECT reliability.* FROM oversight_sourcereliability reliability
        JOIN oversight_round round ON round.id = reliability.round_id
        WHERE reliability.campaign_id = %(campaign)s AND reliability.source = 'person'
        AND reliability.audited >= %(least)s
        ORDER BY round.number DESC LIMIT 1
    )
    SELECT {judgement}, {preference}, {reliability}
    FROM oversight_judgement judgement
    LEFT JOIN preference ON true
    LEFT JOIN reliability ON true
    WHERE judgement.item_id = %(item)s AND judgement.source = ANY(%(sources)s)
    AND NOT EXISTS (
        SELECT FROM oversight_judgement later WHERE later.supersedes_id = judgement.id)
    ORDER BY judgement.id
    """,
    judgement=Judgement,
    preference=Preference,
    reliability=SourceReliability,
)
ASKED = [Source.PERSON, Source.SIMULATED]
LEAST_REPEATS = 20  # pairs judged by two; with fewer a person's word is taken as it is


@dataclass(frozen=True)
class Evidence:
    """What an item's preference is made from: the judgements that stand, the preference so far,

    and how reliable the campaign's people last were, where enough pairs were judged twice.
    """

    judgements: list[Judgement]
    earlier: Preference | None
    measured: SourceReliability | None


def conclude_item(*, item: ReviewItem) -> Preference | None:
    """Write the preference that the standing judgements of an item amount to, if any.

    The majority of those who preferred one response decides; ties and `both bad` prefer none. An
    earlier conclusion that no longer holds is superseded: by the new one, or by the old pair with
    weight 0 where nothing is preferred any more. Where any judge was simulated, so is the
    preference. A held-out query gives none, nor does a pair that was chosen because its right answer
    is known. Call inside the transaction that wrote the judgement.
    """
    if item.kind in KNOWN_KINDS or item.response_b_id is None or item.query.split != Split.TRAIN:
        return None
    evidence = _evidence(item)
    judgements, earlier = evidence.judgements, evidence.earlier
    if item.response_c_id is not None:
        return _conclude_best(item, evidence)
    winner = _majority([judgement.choice for judgement in judgements])
    if winner is None:
        return _retract(item, earlier, evidence) if earlier and earlier.weight else earlier
    pair = (item.response_a_id, item.response_b_id)
    chosen, rejected = pair if winner == Choice.A else pair[::-1]
    if earlier and (earlier.chosen_id, earlier.weight) == (chosen, 1.0):
        return earlier
    deciding = [judgement for judgement in judgements if judgement.choice == winner][-1]
    return _write(item, deciding, evidence, chosen, rejected, earlier)


def _evidence(item: ReviewItem) -> Evidence:
    rows = EVIDENCE.all(item=item.pk, campaign=item.campaign_id, sources=ASKED, least=LEAST_REPEATS)
    _, earlier, measured = rows[0] if rows else (None, None, None)
    return Evidence([row[0] for row in rows], earlier, measured)


def _conclude_best(item: ReviewItem, evidence: Evidence) -> Preference | None:
    """Of several responses the one that most people find best is preferred to each other one."""
    judgements = evidence.judgements
    rows = Preference.objects.filter(
        judgement__item=item, kind=PreferenceKind.COMPARED, superseded_by__isnull=True
    )
    standing = {(row.chosen_id, row.rejected_id): row for row in rows}
    winner = _winner(item, [judgement.choice for judgement in judgements])
    wanted = {(winner, pk) for pk in item.response_ids if pk != winner} if winner else set()
    for (chosen, rejected), row in standing.items():
        if row.weight and (chosen, rejected) not in wanted:
            _write(item, judgements[-1], evidence, chosen, rejected, row, weight=0.0)
    written = None
    for chosen, rejected in sorted(wanted):
        earlier = standing.get((chosen, rejected))
        if not earlier or not earlier.weight:
            written = _write(item, judgements[-1], evidence, chosen, rejected, earlier)
    return written


def _winner(item: ReviewItem, choices: list[str]) -> int | None:
    """Return the id of the response chosen most often; None where two are level."""
    by_letter = dict(zip("abcd", item.response_ids, strict=False))
    counts = Counter(choice for choice in choices if choice in by_letter).most_common(2)
    if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
        return None
    return by_letter[counts[0][0]]


def _majority(choices: list[str]) -> str | None:
    lead = choices.count(Choice.A) - choices.count(Choice.B)
    if lead == 0:
        return None
    return Choice.A if lead > 0 else Choice.B


def _retract(item: ReviewItem, earlier: Preference, evidence: Evidence) -> Preference:
    return _write(
        item,
        evidence.judgements[-1],
        evidence,
        earlier.chosen_id,
        earlier.rejected_id,
        earlier,
        weight=0.0,
    )


def _write(
    item: ReviewItem,
    deciding: Judgement,
    evidence: Evidence,
    chosen_id: int,
    rejected_id: int,
    earlier: Preference | None,
    *,
    weight: float = 1.0,
) -> Preference:
    is_simulated = any(each.source == Source.SIMULATED for each in evidence.judgements)
    measured = None if is_simulated else evidence.measured
    said = evidence.judgements
    p_w = _p_right(measured, item, said, chosen_id, rejected_id) if measured else 1.0
    preference = Preference(
        campaign_id=item.campaign_id,
        round_id=item.round_id,
        query_id=item.query_id,
        chosen_id=chosen_id,
        rejected_id=rejected_id,
        source=Source.SIMULATED if is_simulated else Source.PERSON,
        judgement=deciding,
        decision_id=item.decision_id,
        p_w=p_w,
        p_l=1 - p_w,
        reliability=measured,
        weight=weight,
        supersedes=earlier,
    )
    return insert(preference)


def _p_right(
    measured: SourceReliability,
    item: ReviewItem,
    judgements: Iterable[Judgement],
    chosen_id: int,
    rejected_id: int,
) -> float:
    """Return P(chosen is better than rejected), from how reliable those are who preferred either."""
    by_letter = dict(zip("abcd", item.response_ids, strict=False))
    said: dict[int, list[float]] = {chosen_id: [], rejected_id: []}
    for judgement in judgements:
        if (preferred := by_letter.get(judgement.choice)) in said:
            said[preferred].append(measured.p_right(judgement.user_id))
    return joint_reliability(said[chosen_id], said[rejected_id])
