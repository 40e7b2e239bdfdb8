"""Acts upon many items: written down with all that they are upon, then done lot by lot.

Each lot is one transaction, so whoever is killed in the middle of one leaves it undone, and the next
worker goes on. What is few enough is done at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from oversight.dispatch import send_after_commit
from oversight.errors import WrongState
from oversight.models import Act, ActItem, ActState, BulkAct, Campaign, ItemFacts, ReviewItem, User
from oversight.pages.services.act_kinds import DONE, ActKind, act_kinds
from oversight.people.services.audit import record_act

AT_ONCE = 300
LOT = 100
TASK = "oversight.tasks.run_acts"


@dataclass(frozen=True)
class Preview:
    """What an act would do: to how many items, how many others were chosen in vain, how many standing
    answers and preferences it takes away, and how many adjudications go with the items."""

    items: int
    left_out: int
    answers: int
    preferences: int
    companions: int
    last_id: int


def preview(kind: ActKind, chosen: QuerySet[ItemFacts]) -> Preview:
    """Count exactly what the act would touch. Reads only."""
    ids = chosen.order_by().values("item_id")
    sql, values = ids.query.sql_with_params()
    fits, fit_values = _fitting(kind)
    with connection.cursor() as cursor:
        cursor.execute(PREVIEW.format(chosen=sql, fits=fits), [*values, *fit_values])
        counts = cursor.fetchone()
    return Preview(*counts)


# The texts put in are Django's own of querysets; their values go in beside them.
PREVIEW = """
WITH chosen(item_id) AS MATERIALIZED ({chosen}),
fitting AS MATERIALIZED (SELECT i.id, i.adjudicates_id FROM oversight_reviewitem i
  WHERE i.id IN (SELECT item_id FROM chosen) AND i.id IN ({fits}))
SELECT (SELECT count(*) FROM fitting),
  (SELECT count(*) FROM chosen) - (SELECT count(*) FROM fitting),
  (SELECT coalesce(sum(f.answers), 0) FROM oversight_itemfacts f JOIN fitting ON fitting.id = f.item_id),
  (SELECT count(*) FROM oversight_preference p JOIN fitting ON fitting.id = p.item_id
    WHERE p.weight > 0
      AND NOT EXISTS (SELECT FROM oversight_preference s WHERE s.supersedes_id = p.id)),
  (SELECT count(*) FROM oversight_reviewitem i
    WHERE i.state <> 'withdrawn' AND NOT EXISTS (SELECT FROM fitting WHERE fitting.id = i.id)
    AND (i.adjudicates_id IN (SELECT id FROM fitting)
      OR i.id IN (SELECT adjudicates_id FROM fitting WHERE adjudicates_id IS NOT NULL))),
  (SELECT coalesce(max(id), 0) FROM fitting)"""

WRITE_ITEMS = """
INSERT INTO oversight_actitem (act_id, item_id, outcome)
SELECT %s, chosen.item, '' FROM ({chosen}) chosen(item)"""


def _fitting(kind: ActKind) -> tuple[str, tuple[Any, ...]]:
    fitting = ReviewItem.objects.filter(kind.fits or Q(pk__gt=0)).order_by().values("pk")
    return fitting.query.sql_with_params()


@transaction.atomic
def begin_act(
    *,
    campaign: Campaign,
    kind: ActKind,
    chosen: QuerySet[ItemFacts],
    expected: int,
    user: User,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
    words: str = "",
) -> BulkAct:
    """Write the act and what it is upon, and do it at once where that is little; else a worker does.

    Raises WrongState where the items are not as many as were `expected`: others have changed them.
    """
    act = BulkAct.objects.create(
        campaign=campaign,
        kind=kind.name,
        values=dict(values or {}),
        reason=reason,
        chosen=words,
        created_by=user,
    )
    fitting = ReviewItem.objects.filter(kind.fits, campaign=campaign).order_by()
    rows = fitting.filter(pk__in=chosen.order_by().values("item_id")).values("pk")
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(WRITE_ITEMS.format(chosen=sql), [act.pk, *parameters])
        count = cursor.rowcount
    if count != expected:
        raise WrongState(f"by now it would be {count:,} and not {expected:,} items")
    if kind.most is not None and count > kind.most:
        raise WrongState(f"at most {kind.most:,} items at a time")
    record_act(
        Act.ITEMS_CHANGED, campaign=campaign, by=user, count=count, what=kind.label, reason=reason
    )
    if count <= AT_ONCE:
        while _do_lot(act.pk):
            pass
    else:
        send_after_commit(TASK, queue="control")
    act.refresh_from_db()
    return act


def run_acts() -> None:
    """Go on with whatever is not done yet, and nobody else is at."""
    for pk in (
        BulkAct.objects.filter(state=ActState.WAITING).order_by("pk").values_list("pk", flat=True)
    ):
        while _do_lot(pk):
            pass


@transaction.atomic
def _do_lot(act_id: int) -> bool:
    """Do the next few; False where nothing is left, or somebody else is at it."""
    rows = BulkAct.objects.select_for_update(skip_locked=True, of=("self",))
    act = rows.select_related("campaign").filter(pk=act_id, state=ActState.WAITING).first()
    if act is None:
        return False
    left = ActItem.objects.filter(act=act, outcome="").order_by("item_id")
    item_ids = list(left.values_list("item_id", flat=True)[:LOT])
    if not item_ids:
        act.state, act.ended_at = ActState.DONE, timezone.now()
        act.save(update_fields=["state", "ended_at"])
        return False
    outcomes = act_kinds()[act.kind].apply(act, item_ids)
    for outcome in set(outcomes.values()):
        same = [pk for pk in item_ids if outcomes[pk] == outcome]
        ActItem.objects.filter(act=act, item__in=same).update(outcome=outcome)
    return True


def counts_of(act: BulkAct) -> dict[str, int]:
    """Return how many items are done, left, and were left alone."""
    rows = ActItem.objects.filter(act=act)
    done, left = rows.filter(outcome=DONE).count(), rows.filter(outcome="").count()
    return {"done": done, "left": left, "alone": rows.count() - done - left}
