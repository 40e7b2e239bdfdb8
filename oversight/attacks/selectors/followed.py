"""Answers that an attacker may go on from: those of earlier rounds that are not known to be wrong."""

from collections.abc import Iterable, Sequence

from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.policies.following import Answered
from oversight.attacks.policies.weakness import Try
from oversight.models import Campaign, Purpose, Query, Response

LOOKED_AT = 1_000  # the newest tries
NOT_WHOLE = ["error", "length"]
MOST_TURNS = 7  # of a conversation: three questions with their answers, and a fourth


def answers_to_follow(campaign: Campaign, tries: Sequence[Try]) -> list[Answered]:
    """Return an answer to each of the newest `tries` (the newest first) that nobody found wrong or
    unfair, whole and not empty, from which no attack has gone on yet. None to a held-out query."""
    held = {
        each.query_id: each.confirmed.outcome is Outcome.HELD
        for each in tries[:LOOKED_AT]
        if each.confirmed.outcome in (Outcome.HELD, Outcome.OPEN)
    }
    rows = Response.objects.filter(
        query__in=Query.objects.train().filter(campaign=campaign, pk__in=held),
        purpose=Purpose.FEEDBACK,
        version__isnull=False,
        messages__isnull=True,
        followed_by__isnull=True,
    )
    whole = rows.exclude(finish_reason__in=NOT_WHOLE).exclude(text="")
    first = whole.order_by("query", "sample").distinct("query")
    columns = first.values_list("pk", "query", "query__node", "query__messages")
    found = {
        query: Answered(pk, query, node, is_sure=held[query])
        for pk, query, node, turns in columns
        if len(turns or [0]) + 2 <= MOST_TURNS
    }
    return list(_in_order(found, held))


def _in_order(found: dict[int, Answered], order: Iterable[int]) -> Iterable[Answered]:
    return (found[query] for query in order if query in found)
