"""The checker's findings: is an attack's query fair, and does the answer fail.

Written when a round's labels are collected, after people had their say: neither an attacker nor a
critic sees them before. They are marked as the checker's and count as nobody's label.
"""

from oversight.asking.services.checkers import checker_of
from oversight.attacks.selectors.tries import OF_LEARNERS
from oversight.models import AttackFinding, Campaign, Response, Source

MOST_AT_ONCE = 5_000
LONGEST_FAULT = 200


def find_failures(campaign: Campaign) -> list[AttackFinding]:
    """Return what the checker says of the answers it has not seen, not saved; the newest first. Nothing
    of an attack that goes on with a conversation: it reads single questions, and would call it unfair.

    Earlier rounds' are among them, where they ended before the campaign had a checker. At most
    MOST_AT_ONCE: the others are left to the next round. Raises CheckerMissing as `checker_of`.
    """
    checker, name = checker_of(campaign), campaign.basics.checker
    if checker is None:
        return []
    seen = AttackFinding.objects.filter(query__campaign=campaign, checker=name)
    answers = Response.objects.filter(
        query__campaign=campaign,
        query__round__isnull=False,
        query__rejected_reason="",
        query__follows__isnull=True,
        **OF_LEARNERS,
    ).exclude(pk__in=seen.values("response"))
    # A server's failure is not the learner's.
    answers = answers.exclude(finish_reason="error")
    rows = answers.select_related("query").order_by("-pk")[:MOST_AT_ONCE]
    found = []
    for answer in rows:
        query, text = answer.query.text, answer.text
        is_right = checker.is_correct(query, text)
        is_fair = is_right is not None
        found.append(
            AttackFinding(
                query_id=answer.query_id,
                response=answer,
                source=Source.CHECKER,
                checker=name,
                is_fair=is_fair,
                fails=not is_right if is_fair else None,
                fault=checker.fault(query, text)[:LONGEST_FAULT] if is_right is False else "",
            )
        )
    return found


def store_failures(found: list[AttackFinding]) -> None:
    """Write them; what is there already stays as it is."""
    AttackFinding.objects.bulk_create(found, ignore_conflicts=True, batch_size=1000)
