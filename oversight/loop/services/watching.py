"""What operators see of a round's work: counts, spans, and what each line of the log is about."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.models import Max, Min
from django.utils import timezone

from oversight.models import Round, Stage, WorkUnit
from oversight.telemetry import tracing
from oversight.telemetry.logs import about
from oversight.telemetry.metrics import STAGE_SECONDS, UNIT_SECONDS, UNITS


@contextmanager
def about_unit(unit: WorkUnit) -> Iterator[None]:
    """Do an attempt of a unit within its span; lines of the log name it."""
    names = {"unit": unit.pk, "index": unit.index, "attempt": unit.attempts}
    span = tracing.unit_span(settings.INSTANCE, unit.round_id, unit.stage, **names)
    with about(round=unit.round_id, unit=unit.pk, stage=unit.stage), span:
        yield


def count_unit(unit: WorkUnit, outcome: str) -> None:
    """Count how an attempt ended: done, waits (for its model), again, failed, dropped."""
    UNITS.labels(unit.stage, outcome).inc()
    if outcome == "done" and unit.started_at:
        seconds = (timezone.now() - unit.started_at).total_seconds()
        UNIT_SECONDS.labels(unit.stage).observe(max(0.0, seconds))


def tell_stage_is_over(round_: Round) -> None:
    """Time and trace the stage that a round leaves, and with the last one the round."""
    stage = Stage(round_.stage)
    times = round_.units.filter(stage=stage).aggregate(
        begun=Min("started_at"), ended=Max("finished_at")
    )
    if times["begun"] and times["ended"]:
        STAGE_SECONDS.labels(stage).observe((times["ended"] - times["begun"]).total_seconds())
        tracing.tell_stage(settings.INSTANCE, round_.pk, stage, (times["begun"], times["ended"]))
    if stage == Stage.SETTLE:
        more = {"campaign": round_.campaign_id, "number": round_.number}
        span = (round_.created_at, timezone.now())
        tracing.tell_round(settings.INSTANCE, round_.pk, span, **more)
