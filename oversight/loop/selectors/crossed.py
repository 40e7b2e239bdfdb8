"""What came of a round's answers that were cross-examined."""

from collections.abc import Mapping

from django.db.models import QuerySet

from models_srv.domains.registry import domain_of, title_of
from models_srv.evaluation import proportion
from oversight.attacks.selectors.tries import failing_by_people
from oversight.loop.policies.crossing import CrossExamined, found_flawed
from oversight.loop.selectors.crossing import EXAMINED, examined_count, questions_about
from oversight.models import (
    OF_CROSSING,
    CrossOutcome,
    CrossQuestion,
    Purpose,
    Response,
    Round,
    Stage,
    UnitState,
)

MOST_CHECKED = 2_000  # a page waits for them
ORDER = list(Stage)


def crossed_of(round_: Round) -> CrossExamined | None:
    """Return what came of them, None where none were to be examined or that is still to come. The checker
    reads the first MOST_CHECKED."""
    if not examined_count(round_) or ORDER.index(round_.reached) <= ORDER.index(Stage.CONFRONT):
        return None
    told, untold = _contradicting(round_)
    checker = round_.campaign.basics.checker
    people = failing_by_people(round_.campaign, round_, purposes=EXAMINED) if told else {}
    return CrossExamined(
        examined=len(told),
        contradicted=proportion(sum(told.values()), len(told)),
        untold=untold,
        by_people=found_flawed(told, people),
        checker=title_of(checker) if checker else "",
        by_checker=found_flawed(told, _checked(round_, told)),
        left_out=_left_out(round_),
    )


def _contradicting(round_: Round) -> tuple[dict[int, bool], int]:
    """Return by answer whether it contradicts itself, and of how many that cannot be told.

    Not of those with an error put in, which the learner never gave.
    """
    own = _asked(round_).exclude(response__purpose=Purpose.TAMPERED).order_by("response")
    outcomes: dict[int, set[str | None]] = {}
    for response, outcome in own.values_list("response", "answer__verdict__outcome"):
        outcomes.setdefault(response, set()).add(outcome)
    told = {
        pk: CrossOutcome.CONTRADICTS in found
        for pk, found in outcomes.items()
        if found & {CrossOutcome.CONTRADICTS, CrossOutcome.AGREES}
    }
    return told, len(outcomes) - len(told)


def _asked(round_: Round) -> QuerySet[CrossQuestion]:
    """Return the questions about its answers; of one that was cancelled its own, for its queries may have
    gone to another since."""
    own = CrossQuestion.objects.filter(round=round_)
    return own if round_.cancelled_in else questions_about(round_)


def _checked(round_: Round, told: Mapping[int, bool]) -> dict[int, bool]:
    """Return by answer whether it is wrong, as the checker says; not of those unknown to it."""
    domain = domain_of(round_.campaign.basics.checker)
    if domain is None:
        return {}
    rows = Response.objects.filter(pk__in=sorted(told)[:MOST_CHECKED]).select_related("query")
    truth = {row.pk: domain.is_correct(row.query.text, row.text) for row in rows}
    return {pk: not is_right for pk, is_right in truth.items() if is_right is not None}


def _left_out(round_: Round) -> list[str]:
    """Return why, for each stage that the round went on without, as its units say."""
    left = round_.units.filter(stage__in=OF_CROSSING, state=UnitState.CANCELLED).exclude(error="")
    reasons = dict.fromkeys(left.order_by("stage", "index").values_list("error", flat=True))
    return list(reasons)
