"""Line charts as plain numbers that a template turns into SVG: no script, no inline style."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 440, 180
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 12, 28
NOT_CHARTED = {
    *("step", "epoch", "seconds", "learning_rate"),
    *("eval_runtime", "eval_samples_per_second", "eval_steps_per_second"),
}
HELD_BACK = "eval_"
NOTHING = 1e-6
Points = list[tuple[float, float]]
# As people call them.
NAMES = {
    "loss": "Loss",
    "rewards/margins": "Margin: by how much the chosen answer is likelier",
    "rewards/accuracies": "Pairs whose chosen answer is the likelier one",
    "drift/chosen": "Chosen answers: how much likelier they became (nats)",
    "drift/rejected": "Rejected answers: how much likelier they became (nats)",
    "kl": "Distance from the reference (KL, nats per token)",
    "grad_norm": "Size of the gradient",
    "rewards/chosen": "Chosen answers: β times how much likelier they became",
    "rewards/rejected": "Rejected answers: β times how much likelier they became",
    "logps/chosen": "Chosen answers: logarithm of their probability",
    "logps/rejected": "Rejected answers: logarithm of their probability",
}
# The same figure times β.
SCALED = {"rewards/chosen": "drift/chosen", "rewards/rejected": "drift/rejected"}
FIRST = [
    *("loss", "eval_loss", "rewards/margins", "eval_rewards/margins"),
    *("drift/chosen", "drift/rejected", "kl", "grad_norm"),
]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is, and the figure beside it."""

    position: float
    label: str


@dataclass(frozen=True)
class Chart:
    """One metric over the steps. `points` is what an SVG polyline takes; `held_back` is the same
    metric on pairs that are not trained on, on the same axes, empty where it was not measured."""

    name: str
    points: str
    last_x: float
    last_y: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    first: str
    last: str
    held_back: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def metric_charts(metrics: Sequence[Mapping[str, object]]) -> list[Chart]:
    """Return a chart for each metric that has at least two finite figures, the most telling first.

    Figures that are missing, NaN or infinite are left out, never drawn as 0.
    """
    kept = told_once(dict.fromkeys(name for row in metrics for name in row))
    found = [name for name in kept if name not in NOT_CHARTED]
    # What tells most first; the others as they came.
    names = sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    series = {name: _series(metrics, name) for name in names}
    drawn = {name: points for name, points in series.items() if len(points) > 1}
    return [
        line_chart(metric_words(name), points, drawn.get(f"{HELD_BACK}{name}", []))
        for name, points in drawn.items()
        if name.removeprefix(HELD_BACK) == name or name.removeprefix(HELD_BACK) not in drawn
    ]


def told_once(names: Iterable[str]) -> list[str]:
    """Return the metrics without those that are another of them times β."""
    told = list(names)
    return [name for name in told if SCALED.get(name) not in told]


def metric_words(name: str) -> str:
    """Return what a metric is called where people read it, what is held back marked so."""
    plain = {"step": "Step", "epoch": "Epoch", "seconds": "Seconds", "learning_rate": "Step size"}
    words = plain.get(name) or NAMES.get(name.removeprefix(HELD_BACK), name.replace("_", " "))
    return f"{words}, on pairs held back" if name.startswith(HELD_BACK) else words


def _series(metrics: Sequence[Mapping[str, object]], name: str) -> Points:
    points = ((row.get("step", index), row.get(name)) for index, row in enumerate(metrics))
    return [(float(x), float(y)) for x, y in points if _is_finite(x) and _is_finite(y)]  # type: ignore[arg-type]


def _is_finite(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]


def line_chart(name: str, points: Points, held_back: Points) -> Chart:
    """Return a line through the points, in their order, and a dashed one; at least one point."""
    values = [y for _, y in points]
    all_steps, all_values = zip(*points, *held_back, strict=True)
    line = _line(points, all_steps, all_values)
    return Chart(
        name=name,
        points=_joined(line),
        held_back=_joined(_line(held_back, all_steps, all_values)),
        last_x=round(line[-1][0], 1),
        last_y=round(line[-1][1], 1),
        x_ticks=_ticks(all_steps, LEFT, WIDTH - RIGHT),
        y_ticks=_ticks(all_values, HEIGHT - BOTTOM, TOP),
        first=_figure(values[0], all_values),
        last=_figure(values[-1], all_values),
    )


def _line(points: Points, steps: Sequence[float], values: Sequence[float]) -> Points:
    return [
        (_place(x, steps, LEFT, WIDTH - RIGHT), _place(y, values, HEIGHT - BOTTOM, TOP))
        for x, y in points
    ]


def _joined(line: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in line)


def _figure(value: float, values: Sequence[float]) -> str:
    """Return three digits of it; what is nothing beside the others is 0, not 3.8e-15."""
    return "0" if abs(value) < NOTHING * max(map(abs, values)) else f"{value:.3g}"


def _place(value: float, values: Sequence[float], start: float, end: float) -> float:
    low, high = min(values), max(values)
    share = (value - low) / (high - low) if high > low else 0.5
    return start + share * (end - start)


def _ticks(values: Sequence[float], start: float, end: float) -> tuple[Tick, ...]:
    low, high = min(values), max(values)
    marks = [low, (low + high) / 2, high] if high > low else [low]
    return tuple(
        Tick(round(_place(mark, values, start, end), 1), _figure(mark, values)) for mark in marks
    )
