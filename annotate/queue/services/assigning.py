"""Items that an admin gives to one person: leased to them for days, before anything else."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from annotate.campaigns import ANNOTATING_ROLES
from annotate.models import Assignment, AssignmentState, ReviewAnswer
from annotate.queue.selectors.critiques import HAS_CRITIQUE
from annotate.queue.services.presentation import draw_presentation
from oversight.feedback.services.settling import lock_item
from oversight.models import BulkAct, CampaignMember, ItemState, ReviewItem, User
from oversight.pages.services.act_kinds import DONE, ActKind

DAYS = 7
MOST = 200  # each card of theirs looks all of them up


def assign(act: BulkAct, item_ids: Sequence[int]) -> dict[int, str]:
    """Lease each item to the person, with an order and an arm drawn as for any lease."""
    member = CampaignMember.objects.filter(
        campaign=act.campaign, user=act.values["person"], role__in=ANNOTATING_ROLES
    )
    # Locked first, as whoever leases does.
    if not member.select_for_update(no_key=True).exists():
        return dict.fromkeys(item_ids, "the person does not annotate here any more")
    person = User.objects.get(pk=act.values["person"])
    return {pk: _assign(act, person, pk) for pk in item_ids}


def _assign(act: BulkAct, person: User, item_id: int) -> str:
    item = lock_item(item_id)
    if item.state != ItemState.OPEN or not item.seats_free:
        return "nobody else is needed for it"
    # Who could not agree does not decide between themselves.
    same = [item.pk, item.adjudicates_id or item.pk]
    if Assignment.objects.filter(item__in=same, annotator=person).exists():
        return "the person has had it already"
    if ReviewAnswer.objects.filter(review__item__in=same, reviewer=person).exists():
        return "the person has reviewed it"
    if item.critiques.filter(author=person).exists():
        return "the person wrote what it asks about"
    item.seats_free -= 1
    item.save(update_fields=["seats_free"])
    Assignment.objects.create(
        item=item,
        campaign=act.campaign,
        annotator=person,
        harm=act.campaign.care.harm_by_category.get(item.query.node, ""),
        state=AssignmentState.LEASED,
        expires_at=timezone.now() + timedelta(days=DAYS),
        **draw_presentation(item=item, campaign=act.campaign, has_critique=_has_critique(item)),
    )
    return DONE


def _has_critique(item: ReviewItem) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {HAS_CRITIQUE} FROM oversight_reviewitem item WHERE item.id = %s",  # noqa: S608
            [item.pk],
        )
        return bool(cursor.fetchone()[0])


ASSIGN = ActKind(
    "assign",
    "Assign to a person",
    f"The person is asked about them before anything else. What they have not answered in {DAYS} days "
    "goes to others.",
    Q(state=ItemState.OPEN, seats_free__gt=0),
    "not open, or in other hands",
    assign,
    needs="person",
    most=MOST,
)
