"""What a reviewer decides, once they have answered and seen the others: accept, correct, or send back.

Each takes `seen`, the name of the answers that were looked at: where one has changed since, nothing is
decided and AnswersChanged is raised. So are WrongState and NotTheirs where the review is over or not
the person's, or the item open again or withdrawn.
"""

from django.db import transaction

from annotate.campaigns import ANNOTATING_ROLES
from annotate.errors import AnswersChanged
from annotate.models import MoveKind, Review, ReviewAnswer, ReviewState
from annotate.models.review import ReviewOutcome
from annotate.review.selectors.standing import annotation_of, seen, standing_answers
from annotate.review.services.correcting import write_correction
from annotate.review.services.holding import demand_held, demand_reviewable, lock_both
from annotate.review.services.moves import move
from annotate.review.services.telling import tell_author
from oversight.errors import WrongState
from oversight.models import KNOWN_KINDS, ItemKind, Judgement, ReviewItem, User

CHANGED = "an answer has changed since you looked: look again"
KNOWN = (
    "the right answer of this item is known: it shows how people do, and their first answers stay as "
    "they are"
)


@transaction.atomic
def accept(*, review: Review, by: User, looked_at: str, note: str = "") -> Review:
    """Leave the answers as they are: what they mean stays."""
    _, locked, _, _ = _held(review, by, looked_at)
    _end(locked, ReviewOutcome.ACCEPTED)
    move(locked, MoveKind.ACCEPTED, ReviewState.ADJUDICATED, by=by, note=note)
    return locked


@transaction.atomic
def correct(
    *, review: Review, by: User, looked_at: str, preference: str, rationale: str, note: str = ""
) -> Review:
    """Let the reviewer's word be the last: a judgement that adjudicates the item.

    `preference` is by place, as on the card that they answered. Only of comparisons whose right answer
    is not known.
    """
    item, locked, answer, _ = _held(review, by, looked_at)
    demand_correctable(item)
    write_correction(item=item, answer=answer, preference=preference, rationale=rationale)
    _end(locked, ReviewOutcome.CORRECTED)
    move(locked, MoveKind.CORRECTED, ReviewState.ADJUDICATED, by=by, note=note)
    return locked


@transaction.atomic
def send_back(*, review: Review, by: User, looked_at: str, judgement_id: int, note: str) -> Review:
    """Ask one person to look at their answer again, with a note that they are shown.

    Until they have corrected it the review waits; the reviewer may decide without them. WrongState too
    where that person cannot answer it: left, paused, a program.
    """
    item, locked, _, standing = _held(review, by, looked_at)
    if item.kind in KNOWN_KINDS:
        raise WrongState(KNOWN)
    if not note.strip():
        raise WrongState("say what is to be looked at again")
    own = next((row for row in standing if row.pk == judgement_id and row.item_id == item.pk), None)
    if own is None:
        raise AnswersChanged(CHANGED)
    person = _reachable(own, locked)
    annotation = annotation_of(own)
    if locked.sent_back_to and locked.sent_back_to.annotator_id != person.pk:
        name = locked.sent_back_to.annotator.username
        raise WrongState(f"it was sent back to {name} already: wait for them, or decide")
    assert annotation is not None, "only what was sent here has a person who can be asked"
    locked.sent_back_to, locked.note = annotation.assignment, note.strip()
    move(locked, MoveKind.SENT_BACK, ReviewState.IN_REVIEW, by=by, note=locked.note, to=person)
    tell_author(review=locked, person=person, assignment=annotation.assignment, note=locked.note)
    return locked


def demand_correctable(item: ReviewItem) -> None:
    """Raises WrongState where a reviewer has no better answer to give: labels of steps, ratings, and
    what measures people."""
    if item.kind in KNOWN_KINDS:
        raise WrongState(KNOWN)
    if item.kind != ItemKind.PAIRWISE:
        raise WrongState("nothing was compared: send it back to who answered it")


def _held(
    review: Review, by: User, looked_at: str
) -> tuple[ReviewItem, Review, ReviewAnswer, list[Judgement]]:
    item, locked = lock_both(review)
    demand_held(locked, by)
    demand_reviewable(item)
    answer = ReviewAnswer.objects.filter(review=locked, reviewer=by).first()
    if answer is None:
        raise WrongState("answer it yourself first")
    standing = standing_answers(item)
    if seen(standing) != looked_at:
        raise AnswersChanged(CHANGED)
    return item, locked, answer, standing


def _reachable(said: Judgement, review: Review) -> User:
    person = said.user
    if person is None or annotation_of(said) is None:
        raise WrongState("this answer was brought from elsewhere: nobody here can correct it")
    if person.is_simulated:
        raise WrongState(f"{person.username} is a program, and reads no notes")
    here = person.memberships.filter(campaign=review.campaign, role__in=ANNOTATING_ROLES)
    if not person.is_active or not here.exists():
        raise WrongState(f"{person.username} does not annotate here any more")
    if here.filter(paused_at__isnull=False).exists():
        raise WrongState(f"{person.username} is paused, and is asked nothing for now")
    return person


def _end(review: Review, outcome: ReviewOutcome) -> None:
    review.outcome, review.sent_back_to, review.note = outcome, None, ""
