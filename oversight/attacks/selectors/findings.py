"""What stands about one query, as its page shows it: who found what, when and why."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from oversight.attacks.policies.confirming import Word
from oversight.attacks.policies.finding_words import checked_words, found_words
from oversight.attacks.selectors.tries import standing_findings
from oversight.models import AttackFinding, Query, User


@dataclass(frozen=True)
class Found:
    """`by` is the person's name; empty of the checker, whose word is of `response` (an id) alone."""

    by: str
    at: datetime
    words: str
    reason: str = ""
    response: int | None = None


@dataclass(frozen=True)
class SaidOfAnswer:
    """How many standing answers to items say that a response fails, and how many that it holds."""

    response: int
    fails: int
    holds: int


@dataclass(frozen=True)
class Findings:
    """`mine` is the person's own, None where they have said nothing yet."""

    found: list[Found]
    items: list[SaidOfAnswer]
    mine: AttackFinding | None


def findings_about(query: Query, words: Sequence[Word], user: User) -> Findings:
    """Return the findings that stand, the checker's first, and what `words` says from the items."""
    rows = list(standing_findings({"query": query}).select_related("user").order_by("source", "pk"))
    return Findings(
        found=list(map(_found, rows)),
        items=_said_in_items(words),
        mine=next((row for row in rows if row.user_id == user.pk), None),
    )


def _found(row: AttackFinding) -> Found:
    if row.user is None:
        words = checked_words(row.is_fair, row.fails, row.fault)
        return Found("", row.created_at, words, response=row.response_id)
    return Found(row.user.username, row.created_at, found_words(row.is_fair, row.fails), row.reason)


def _said_in_items(words: Sequence[Word]) -> list[SaidOfAnswer]:
    by_response: dict[int, list[bool]] = defaultdict(list)
    for word in words:
        if word.source == "person" and word.response is not None and word.fails is not None:
            by_response[word.response].append(word.fails)
    return [
        SaidOfAnswer(response, sum(said), len(said) - sum(said))
        for response, said in sorted(by_response.items())
    ]
