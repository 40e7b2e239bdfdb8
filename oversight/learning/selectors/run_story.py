"""What a training run's figures say, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from oversight.models import TrainingRun

ROWS_AVERAGED = 5
REFERENCES = {"parent": "the version that it started from", "base": "the base model"}


def run_story(run: TrainingRun) -> list[str]:
    """Return sentences on drift from the reference, early stop and pairs left out; [] before any
    figure has come."""
    return [
        sentence
        for sentence in (
            _drift(run.metrics, run.settings.get("reference", "parent")),
            _stop(run.settings, run.result),
            _distance(run.result),
            _left_out(run.result),
        )
        if sentence
    ]


def _drift(metrics: Sequence[Mapping[str, Any]], reference: str) -> str:
    """Chosen answers that became less likely are what plain DPO does to pairs of few differences."""
    chosen, rejected = last_mean(metrics, "drift/chosen"), last_mean(metrics, "drift/rejected")
    if chosen is None:
        return ""
    parts = [f"the chosen answers {_likelier(chosen)}"]
    if rejected is not None:
        parts.append(f"the rejected ones {_likelier(rejected)}")
    divergence = last_mean(metrics, "kl")
    tail = "" if divergence is None else f" It has moved {divergence:.3f} nats a token away (KL)."
    shown = min(ROWS_AVERAGED, len(metrics))
    those = "at its last step" if shown == 1 else f"in the mean of its last {shown} rows"
    return f"Against {REFERENCES.get(reference, reference)}, {those}, {' and '.join(parts)}.{tail}"


def _likelier(nats: float) -> str:
    return f"became {'less' if nats < 0 else 'more'} likely (by {abs(nats):.2f} nats)"


def last_mean(metrics: Sequence[Mapping[str, Any]], name: str) -> float | None:
    values = [row[name] for row in metrics if isinstance(row.get(name), int | float)]
    last = values[-ROWS_AVERAGED:]
    return sum(last) / len(last) if last else None


def _stop(settings: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    steps, best = result.get("steps"), result.get("best_step")
    if not settings.get("patience") or not steps or best is None:
        return ""
    pairs = result.get("validation_pairs", 0)
    measured = f"the margin on {pairs} held-back pairs was best at step {best} of {steps}"
    if best < steps:
        return f"Early stop: {measured}, and those weights were kept."
    return f"No early stop: {measured}."


def _distance(result: Mapping[str, Any]) -> str:
    median = result.get("edit_distance")
    if median is None:
        return ""
    return f"The two answers of a pair differ in {median:.0%} of their words (median)."


def _left_out(result: Mapping[str, Any]) -> str:
    dropped = result.get("dropped_pairs")
    if not dropped:
        return ""
    reasons = ", ".join(f"{why}: {count}" for why, count in result["dropped_reasons"].items())
    return f"{dropped} pairs could not be trained on ({reasons})."
