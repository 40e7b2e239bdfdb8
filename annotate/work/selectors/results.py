"""What a person is told of how they did. Only where the campaign says so."""

from annotate.card.positions import preference_of, preferences
from annotate.models import Assignment
from oversight.models import Judgement


def known_answer_words(assignment: Assignment) -> str:
    """Return a sentence on an item whose answer is known, empty for every other item."""
    item = assignment.item
    if not item.expected or not assignment.campaign.judging.is_result_shown:
        return ""
    given = Judgement.objects.filter(annotation__assignment=assignment).order_by("-pk").first()
    if given is None:
        return ""
    if given.choice == item.expected:
        return " You agree with the known answer."
    return f" The known answer: {_words(item.expected, assignment.order_shown)}."


def _words(expected: str, order_shown: str) -> str:
    if expected in order_shown:
        return f"{'ABCD'[order_shown.index(expected)]} is better"
    return dict(preferences(order_shown))[preference_of(expected, None, order_shown)].lower()
