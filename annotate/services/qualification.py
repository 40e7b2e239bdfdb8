"""Practice on gold items, with feedback."""

from django.db import IntegrityError, transaction

from annotate.errors import AlreadyAnswered
from annotate.models import QualificationAnswer
from annotate.selectors.qualification import practice_items, qualification_of
from oversight.models import Campaign, User


def answer_practice_item(
    *, user: User, campaign: Campaign, item_id: int, choice: str, order_shown: str
) -> QualificationAnswer:
    """Keep what the person chose (in the record's order) and whether it was right.

    Raises AlreadyAnswered where the item is not one to practise on any more.
    """
    item = practice_items(user, campaign).filter(pk=item_id).first()
    if item is None or qualification_of(user, campaign).is_over:
        raise AlreadyAnswered(
            "This is nothing to practise on any more: it was answered before, in another tab perhaps, "
            "or is of a kind that you leave out."
        )
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
        raise AlreadyAnswered("This item was answered a moment ago.") from error
