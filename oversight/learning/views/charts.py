"""Line charts as plain numbers that a template turns into SVG: no script, no inline style."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 440, 180
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 12, 28
NOT_CHARTED = {
    *("step", "epoch", "seconds", "learning_rate"),
    *("eval_runtime", "eval_samples_per_second", "eval_steps_per_second"),
}
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
    """One metric over the steps. `points` is what an SVG polyline takes."""

    name: str
    points: str
    last_x: float
    last_y: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def metric_charts(metrics: Sequence[Mapping[str, object]]) -> list[Chart]:
    """Return a chart for each metric that has at least two finite figures, the most telling first.

    Figures that are missing, NaN or infinite are left out, never drawn as 0.
    """
    found = dict.fromkeys(name for row in metrics for name in row if name not in NOT_CHARTED)
    # What tells most first; the others as they came.
    names = sorted(found, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    series = {name: _series(metrics, name) for name in names}
    return [_chart(name, points) for name, points in series.items() if len(points) > 1]


def _series(metrics: Sequence[Mapping[str, object]], name: str) -> list[tuple[float, float]]:
    points = ((row.get("step", index), row.get(name)) for index, row in enumerate(metrics))
    return [(float(x), float(y)) for x, y in points if _is_figure(x) and _is_figure(y)]  # type: ignore[arg-type]


def _is_figure(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]


def _chart(name: str, points: list[tuple[float, float]]) -> Chart:
    steps, values = [x for x, _ in points], [y for _, y in points]
    placed = [
        (
            _place(x, steps, LEFT, WIDTH - RIGHT),
            _place(y, values, HEIGHT - BOTTOM, TOP),
        )
        for x, y in points
    ]
    return Chart(
        name=name,
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in placed),
        last_x=round(placed[-1][0], 1),
        last_y=round(placed[-1][1], 1),
        x_ticks=_ticks(steps, LEFT, WIDTH - RIGHT),
        y_ticks=_ticks(values, HEIGHT - BOTTOM, TOP),
        first=f"{values[0]:.4g}",
        last=f"{values[-1]:.4g}",
    )


def _place(value: float, values: Sequence[float], start: float, end: float) -> float:
    low, high = min(values), max(values)
    share = (value - low) / (high - low) if high > low else 0.5
    return start + share * (end - start)


def _ticks(values: Sequence[float], start: float, end: float) -> tuple[Tick, ...]:
    low, high = min(values), max(values)
    marks = [low, (low + high) / 2, high] if high > low else [low]
    return tuple(Tick(round(_place(mark, values, start, end), 1), f"{mark:.4g}") for mark in marks)
