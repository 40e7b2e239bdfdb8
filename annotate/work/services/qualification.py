"""Practice on gold items, with feedback."""

from django.db import IntegrityError, transaction

from annotate.errors import AlreadyAnswered
from annotate.models import QualificationAnswer
from annotate.queue.selectors.qualification import practice_items, qualification_of
from annotate.work.selectors.past import choice_words
from oversight.models import Campaign, User


def answer_practice_item(
    *, user: User, campaign: Campaign, item_id: int, choice: str, order_shown: str
) -> QualificationAnswer:
    """Keep what the person chose (in the record's order) and whether it was right.

    Raises AlreadyAnswered where the item is not one to practise on any more; it says what stands.
    """
    item = practice_items(user, campaign).filter(pk=item_id).first()
    if item is None or qualification_of(user, campaign).is_over:
        raise AlreadyAnswered(_refusal(user, item_id))
    try:
        with transaction.atomic():
            return QualificationAnswer.objects.create(
                user=user,
                campaign=campaign,
                item=item,
                choice=choice,
                is_right=choice == item.expected,
                order_shown=order_shown,
            )
    except IntegrityError as error:
        raise AlreadyAnswered(_refusal(user, item_id)) from error


def _refusal(user: User, item_id: int) -> str:
    earlier = QualificationAnswer.objects.filter(user=user, item=item_id).first()
    if earlier is None:
        return (
            "This is nothing to practise on any more: practice is over, or it is of a kind that you "
            "leave out."
        )
    words = choice_words(earlier.choice, None, earlier.order_shown)
    return f"You have practised on this already, and your first answer stands: {words}."
