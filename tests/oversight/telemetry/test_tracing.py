"""Spans of one round come together, whichever process sends them; without an address none is made."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from oversight.telemetry import tracing

BEGUN = datetime(2026, 11, 1, tzinfo=UTC)
TIMES = (BEGUN, BEGUN + timedelta(hours=2))


@pytest.fixture
def spans(monkeypatch):
    """What would be sent."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    monkeypatch.setenv(tracing.ENDPOINT, "http://localhost:4318")
    monkeypatch.setattr(tracing, "_sender", lambda: SimpleSpanProcessor(kept))
    tracing.provider.cache_clear()
    yield kept.get_finished_spans
    tracing.provider.cache_clear()


def test_a_round_holds_its_stages_these_their_units_and_these_their_batches(spans):
    with (
        tracing.unit_span("here", 7, "respond", unit=1),
        tracing.call_span("model", version="tuned@2", size=32),
    ):
        pass
    tracing.tell_stage("here", 7, "respond", TIMES)
    tracing.tell_round("here", 7, TIMES, number=3)
    call, unit, stage, round_ = spans()
    assert call.parent.span_id == unit.context.span_id
    assert unit.parent.span_id == stage.context.span_id
    assert stage.parent.span_id == round_.context.span_id
    assert round_.parent is None
    assert len({span.context.trace_id for span in (call, unit, stage, round_)}) == 1
    assert call.attributes == {"version": "tuned@2", "size": 32}
    assert stage.end_time - stage.start_time == 2 * 3600 * 10**9


def test_rounds_and_installations_are_told_apart(spans):
    tracing.tell_round("here", 7, TIMES)
    tracing.tell_round("here", 8, TIMES)
    tracing.tell_round("there", 7, TIMES)
    assert len({span.context.trace_id for span in spans()}) == 3


def test_spans_of_no_round_have_ids_of_their_own(spans):
    tracing.tell_round("here", 7, TIMES)
    for _ in range(2):
        with tracing.call_span("model"):
            pass
    assert len({span.context.trace_id for span in spans()}) == 3


def test_without_an_address_nothing_is_done(monkeypatch):
    monkeypatch.delenv(tracing.ENDPOINT, raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with tracing.unit_span("here", 7, "respond"), tracing.call_span("model"):
        pass
    tracing.tell_stage("here", 7, "respond", TIMES)
    tracing.tell_round("here", 7, TIMES)
