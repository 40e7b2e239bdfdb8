"""Traces of rounds by OpenTelemetry: round → stage → unit → a model's batch.

Off unless OTEL_EXPORTER_OTLP_ENDPOINT says where they go; nothing of it is imported before. A round
takes days and is the work of many processes, so that no span can be handed on: the ids of a round's
and a stage's spans follow from what they are about, and every process finds them by itself.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
Attribute = str | int | float | bool


def is_on() -> bool:
    return bool(os.environ.get(ENDPOINT))


@contextmanager
def unit_span(instance: str, round_id: int, stage: str, **attributes: Attribute) -> Iterator[None]:
    """A unit's attempt, within its stage's span."""
    if not is_on():
        yield
        return
    parent = _parent(_trace_id(instance, round_id), _span_id(instance, round_id, stage))
    with _tracer().start_as_current_span(f"unit {stage}", parent, attributes=attributes):
        yield


@contextmanager
def call_span(name: str, **attributes: Attribute) -> Iterator[None]:
    """What is called within a unit: a model's batch."""
    if not is_on():
        yield
        return
    with _tracer().start_as_current_span(name, attributes=attributes):
        yield


def tell_stage(
    instance: str, round_id: int, stage: str, times: tuple[datetime, datetime], **more: Attribute
) -> None:
    """Send a stage's span, once it has ended."""
    if not is_on():
        return
    trace_id = _trace_id(instance, round_id)
    _tell(
        f"stage {stage}",
        _parent(trace_id, _span_id(instance, round_id, "")),
        (trace_id, _span_id(instance, round_id, stage)),
        times,
        more,
    )


def tell_round(
    instance: str, round_id: int, times: tuple[datetime, datetime], **more: Attribute
) -> None:
    """Send a round's span, once it has ended."""
    if not is_on():
        return
    ids = (_trace_id(instance, round_id), _span_id(instance, round_id, ""))
    _tell("round", None, ids, times, more)


def _tell(
    name: str,
    parent: "Context | None",
    ids: tuple[int, int],
    times: tuple[datetime, datetime],
    attributes: dict[str, Attribute],
) -> None:
    from opentelemetry.context import Context

    begun, ended = (int(each.timestamp() * 1e9) for each in times)
    with _ids_given(ids):
        span = _tracer().start_span(
            name, parent or Context(), attributes=attributes, start_time=begun
        )
    span.end(ended)


def _parent(trace_id: int, span_id: int) -> "Context":
    from opentelemetry import trace

    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED)
    context = trace.SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(trace.NonRecordingSpan(context))


def _trace_id(instance: str, round_id: int) -> int:
    return _number(f"{instance}/round/{round_id}", 16)


def _span_id(instance: str, round_id: int, stage: str) -> int:
    return _number(f"{instance}/round/{round_id}/{stage}", 8)


def _number(name: str, size: int) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:size])


_given = threading.local()


@contextmanager
def _ids_given(ids: tuple[int, int]) -> Iterator[None]:
    _given.ids = ids
    try:
        yield
    finally:
        _given.ids = None


@cache
def provider() -> "TracerProvider":
    """Return this process's own, made at its first span: after any fork."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class GivenIds(RandomIdGenerator):
        """The ids of `_ids_given` where there are some, else random ones."""

        def generate_trace_id(self) -> int:
            ids = getattr(_given, "ids", None)
            return ids[0] if ids else super().generate_trace_id()

        def generate_span_id(self) -> int:
            ids = getattr(_given, "ids", None)
            return ids[1] if ids else super().generate_span_id()

    name = os.environ.get("OTEL_SERVICE_NAME") or "oversight"
    made = TracerProvider(resource=Resource.create({"service.name": name}), id_generator=GivenIds())
    made.add_span_processor(_sender())
    return made


def _sender() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter())


def _tracer() -> Any:
    return provider().get_tracer("oversight")
