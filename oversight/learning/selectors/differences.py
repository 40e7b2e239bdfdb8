"""Held-out queries that two versions answer most differently."""

from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from oversight.models import Evaluation, ModelVersion, Purpose, Response

LOOKED_AT = 200
SHOWN = 3
SHOWN_CHARS = 2_000
Scorer = Callable[[str, str], float | None]


@dataclass(frozen=True)
class Changed:
    """A query with the answers of the version at work and of the candidate, each with its score from
    0 to 1, None where nobody knows the truth."""

    query: str
    before: str
    after: str
    before_score: float | None
    after_score: float | None


def most_changed(evaluation: Evaluation, score: Scorer) -> list[Changed]:
    """Return the queries, of the first ones, where the scores differ most, then the texts do."""
    before = _answers(evaluation, evaluation.baseline)
    after = _answers(evaluation, evaluation.candidate)
    pairs = [
        Changed(
            query=old.query.text[:SHOWN_CHARS],
            before=old.text[:SHOWN_CHARS],
            after=after[query_id].text[:SHOWN_CHARS],
            before_score=score(old.query.text, old.text),
            after_score=score(old.query.text, after[query_id].text),
        )
        for query_id, old in before.items()
        if query_id in after and after[query_id].text != old.text
    ]
    return sorted(pairs, key=_sameness)[:SHOWN]


def _sameness(pair: Changed) -> tuple[float, float]:
    gap = abs((pair.after_score or 0.0) - (pair.before_score or 0.0))
    return -gap, Indel.normalized_similarity(pair.before, pair.after)


def _answers(evaluation: Evaluation, version: ModelVersion) -> dict[int, Response]:
    rows = Response.objects.filter(
        version=version, purpose=Purpose.EVALUATION, query__campaign=evaluation.campaign_id
    )
    # In an order that has nothing to do with what they say.
    ordered = rows.select_related("query").order_by("query__text_sha256")[:LOOKED_AT]
    return {row.query_id: row for row in ordered}
