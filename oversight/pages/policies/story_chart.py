"""The line of a campaign's story as plain numbers that a template turns into SVG. Pure."""

from dataclasses import dataclass

from oversight.pages.policies.story import Point, Story
from oversight.policies.figures import three

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 24, 34
MOST_LABELS = 12  # above it only some rounds are named under the axis
MOST_ON_A_PHONE = 4


@dataclass(frozen=True)
class Mark:
    """A version: where it stands, what is written at it, and its point."""

    x: float
    y: float
    score: str
    label: str
    is_named: bool
    is_named_on_a_phone: bool
    point: Point


@dataclass(frozen=True)
class StoryChart:
    """`line` and `band` are what a polyline and a polygon take; ticks are (y, label)."""

    line: str
    band: str
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    axis: int = HEIGHT - 12


def draw(story: Story) -> StoryChart:
    """Return the chart of at least one point; the band is the 95 % interval of each version."""
    low, high = _bounds(story)
    points = story.points
    xs = [_x(n, len(points)) for n in range(len(points))]
    line = " ".join(f"{x},{_y(p.at_work, low, high)}" for x, p in zip(xs, points, strict=True))
    upper = [f"{x},{_y(p.score.high, low, high)}" for x, p in zip(xs, points, strict=True)]
    lower = [f"{x},{_y(p.score.low, low, high)}" for x, p in zip(xs, points, strict=True)]
    step, wide_step = (-(-len(points) // most) for most in (MOST_LABELS, MOST_ON_A_PHONE))
    return StoryChart(
        line=line,
        band=" ".join(upper + lower[::-1]),
        marks=tuple(
            Mark(
                x=x,
                y=_y(point.score.value, low, high),
                score=three(point.score.value),
                label=f"round {point.round}" if point.round else "start",
                is_named=n % step == 0 or n == len(points) - 1,
                is_named_on_a_phone=(len(points) - 1 - n) % wide_step == 0,
                point=point,
            )
            for n, (x, point) in enumerate(zip(xs, points, strict=True))
        ),
        ticks=tuple((_y(tick, low, high), f"{tick:.1f}") for tick in _ticks(low, high)),
    )


def _bounds(story: Story) -> tuple[float, float]:
    """Return whole tenths around all that is drawn."""
    low = min(min(point.score.low, point.at_work) for point in story.points)
    high = max(max(point.score.high, point.at_work) for point in story.points)
    return max(0.0, int(low * 10) / 10), min(1.0, (int(high * 10 - 1e-9) + 1) / 10)


def _ticks(low: float, high: float) -> list[float]:
    tenths = range(round(low * 10), round(high * 10) + 1)
    return [tenth / 10 for tenth in tenths if len(tenths) <= 6 or tenth % 2 == 0]


def _x(n: int, count: int) -> float:
    room = WIDTH - LEFT - RIGHT - 32
    return round(LEFT + 16 + (room * n / (count - 1) if count > 1 else room / 2), 1)


def _y(value: float, low: float, high: float) -> float:
    room = HEIGHT - TOP - BOTTOM
    return round(HEIGHT - BOTTOM - room * (value - low) / (high - low), 1)
