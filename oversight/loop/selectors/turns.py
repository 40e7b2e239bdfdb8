"""Whose turn it is: campaigns share the workers by time, not by who came first."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Case, Count, DurationField, ExpressionWrapper, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone

from oversight.loop.selectors.routes import awake
from oversight.models import Round, Stage, UnitState, WorkUnit

WINDOW = timedelta(minutes=10)


def rounds_in_turn(stages: Iterable[Stage], *, are_served: bool = False) -> list[int]:
    """Return the rounds that have a due unit of these stages, by who is to be served first.

    Units of models in process, or those of models behind servers that do not rest. None of a
    campaign that is paused, and none that newer code than this worker's has begun.

    First comes the round whose units have held the workers least in the last ten minutes, those at
    work now included; of equals the older. A campaign has one open round, and what it used earlier
    is forgotten: a new one catches up for ten minutes at most.
    """
    now = timezone.now()
    # A dead worker held its unit until its lease ended.
    running = When(state=UnitState.RUNNING, then=Least(F("lease_expires_at"), Value(now)))
    until = Case(running, default=F("ended_at"))
    held = ExpressionWrapper(
        until - Greatest(F("started_at"), Value(now - WINDOW)), output_field=DurationField()
    )
    recent = Q(state=UnitState.RUNNING) | Q(ended_at__gt=now - WINDOW)
    units = WorkUnit.objects.filter(server__isnull=not are_served, stage__in=stages)
    rows = (
        units.filter(round__in=Round.objects.doable())
        .order_by()
        .values("round_id")
        .annotate(
            due=Count("pk", filter=WorkUnit.claimable_now() & awake()),
            held=Coalesce(Sum(held, filter=recent), timedelta()),
        )
        .filter(due__gt=0)
    )
    return list(rows.order_by("held", "round_id").values_list("round_id", flat=True))
