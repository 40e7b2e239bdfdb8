"""What came of cross-examining an item's responses, as people are shown it."""

from collections import defaultdict
from dataclasses import dataclass

from annotate.queue.selectors.critiques import RESPONSES
from oversight.models import CrossOutcome, ReviewItem
from oversight.statements import Statement

EXAMINED = Statement(
    f"""
    SELECT question.response_id, question.claim, question.text, answer.text, verdict.outcome
    FROM oversight_reviewitem item
    JOIN oversight_crossquestion question ON question.response_id = ANY({RESPONSES})
    JOIN oversight_crossanswer answer ON answer.question_id = question.id
    LEFT JOIN oversight_crossverdict verdict ON verdict.answer_id = answer.id
    WHERE item.id = %(item)s AND answer.finish_reason <> 'error'
    ORDER BY question.response_id, question.number
    """  # noqa: S608 -- nothing of it comes from outside
)


@dataclass(frozen=True)
class AskedAgain:
    """What a response claims, the question for it, and what the learner answered; texts of models."""

    claim: str
    question: str
    answer: str
    outcome: str | None

    @property
    def contradicts(self) -> bool:
        return self.outcome == CrossOutcome.CONTRADICTS

    @property
    def agrees(self) -> bool:
        return self.outcome == CrossOutcome.AGREES


def cross_examined(item: ReviewItem) -> dict[int, list[AskedAgain]]:
    """Return by response what was asked again about it, in the order in which it was."""
    found: dict[int, list[AskedAgain]] = defaultdict(list)
    for response, *texts in EXAMINED.all(item=item.pk):
        found[response].append(AskedAgain(*texts))
    return found
