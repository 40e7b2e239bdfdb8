"""Flags: a person says that an item itself is wrong, a reviewer settles it."""

from django.db import transaction
from django.utils import timezone

from annotate.errors import AlreadyAnswered
from annotate.models import Assignment, Flag
from annotate.queue.services.leases import skip_assignment
from oversight.errors import WrongState
from oversight.feedback.services.settling import lock_item, withdraw_item
from oversight.models import Act, User
from oversight.people.services.audit import record_act


def flag_assignment(*, assignment: Assignment, kind: str, reason: str) -> Flag:
    """Hand the item back with a flag; flagged twice is flagged once: return the one that stands.

    Raises AlreadyAnswered and ItemGone as skipping does.
    """
    with transaction.atomic():
        skip_assignment(assignment=assignment, reason=f"flagged: {reason}")
        flag, is_new = Flag.objects.get_or_create(
            assignment=assignment, defaults={"kind": kind, "reason": reason}
        )
    if not is_new and flag.settled_at:
        raise AlreadyAnswered("Your flag was settled already.")
    return flag


def settle_flag(*, flag: Flag, user: User, is_withdrawn: bool) -> None:
    """Close a flag; withdraw its item with all that was said of it, or leave it.

    Raises WrongState if settled.
    """
    with transaction.atomic():
        item = lock_item(flag.assignment.item_id)
        settled = Flag.objects.filter(pk=flag.pk, settled_at__isnull=True).update(
            settled_at=timezone.now(), settled_by=user
        )
        if not settled:
            raise WrongState("this flag was settled by someone meanwhile")
        record_act(
            Act.FLAG_SETTLED,
            campaign=item.campaign,
            by=user,
            item=item.pk,
            outcome="it is withdrawn" if is_withdrawn else "it stays",
        )
        if is_withdrawn:
            withdraw_item(item=item)
