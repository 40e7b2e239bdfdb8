"""What people are told of, and who: the kinds of events, each with the permission that it takes."""

from dataclasses import dataclass

from oversight.people.policies.permissions import Permission


@dataclass(frozen=True)
class Kind:
    """`title` is what a person chooses by; who has `permission` is told, and may see it."""

    title: str
    permission: Permission


# By the event's name (models/telling.py).
KINDS = {
    "answer.sent_back": Kind("An answer of yours was sent back to you", Permission.ANNOTATE),
    "review.waiting": Kind("Answers wait for your review", Permission.REVIEW_ANSWERS),
    "flag.raised": Kind("Somebody flagged an item", Permission.SETTLE_FLAGS),
    "round.finished": Kind("A round is done", Permission.RUN_ROUNDS),
    "version.promoted": Kind("A version was put to work", Permission.CHANGE_MODELS),
    "alarm.raised": Kind("People agree with a critic less than they did", Permission.RUN_ROUNDS),
}
