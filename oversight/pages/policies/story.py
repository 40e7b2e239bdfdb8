"""What became of the learner round by round, as points of one line and as sentences. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from oversight.statistics.intervals import clopper_pearson
from oversight.trust.policies.critique_effect import Figure

SHOWN_REASON = 160
LEAST_TOLD = 20  # queries: from fewer nobody can say how a version does in 100
SCORES = {"candidate_score", "baseline_score"}
WINS = {"queries", "win_rate", "win_rate_low", "win_rate_high"}


@dataclass(frozen=True)
class Gated:
    """A round's evaluation, as it was written down."""

    round: int
    candidate: str
    baseline: str
    is_promoted: bool
    reasons: Sequence[str]
    metrics: dict[str, Any]


@dataclass(frozen=True)
class Point:
    """A version on held-out queries. `at_work`: the score of the version at work after the round.

    `round` is 0 for the version that the campaign began with.
    """

    round: int
    version: str
    score: Figure
    at_work: float
    is_promoted: bool
    reason: str = ""


@dataclass(frozen=True)
class Story:
    """`measure` says what the scores are: the share of right answers, or of won comparisons.

    `held_out`: the queries that the newest version answered, scored or not; 0 where nobody counted.
    """

    measure: str
    points: tuple[Point, ...]
    held_out: int = 0

    @property
    def promoted(self) -> int:
        return sum(point.is_promoted for point in self.points if point.round)

    @property
    def last_promoted(self) -> int:
        """The round from which the version at work came, 0 for the one that the campaign began with."""
        return max((point.round for point in self.points if point.is_promoted), default=0)

    @property
    def refused(self) -> int:
        return sum(not point.is_promoted for point in self.points if point.round)


RIGHT = "held-out queries that the learner answers right"
WON = "comparisons with the version before that the new one wins"


def tell_story(rows: Iterable[Gated]) -> Story | None:
    """Return the line of scores in the order of rounds; None where nothing was measured.

    Where the truth is known (a checker's score) it is the share of right answers; else it is how
    often the candidate won against the version at work, of which one half is no change.
    """
    gated = sorted(rows, key=lambda row: row.round)
    scored = [row for row in gated if row.metrics.keys() >= SCORES]
    if scored:
        held_out = int(scored[-1].metrics.get("held_out_queries", 0))
        return Story(RIGHT, tuple(_by_truth(scored)), held_out)
    won = [row for row in gated if row.metrics.keys() >= WINS]
    return Story(WON, tuple(map(_by_wins, won))) if won else None


def _by_truth(rows: Sequence[Gated]) -> Iterable[Point]:
    first = rows[0]
    at_work = float(first.metrics["baseline_score"])
    yield Point(0, first.baseline, _exact(at_work, _queries(first)), at_work, True)
    for row in rows:
        score = float(row.metrics["candidate_score"])
        at_work = score if row.is_promoted else float(row.metrics["baseline_score"])
        exact = _exact(score, _queries(row))
        yield Point(row.round, row.candidate, exact, at_work, row.is_promoted, _reason(row))


def _by_wins(row: Gated) -> Point:
    metrics = row.metrics
    rate = Figure(
        float(metrics["win_rate"]),
        float(metrics["win_rate_low"]),
        float(metrics["win_rate_high"]),
        int(metrics["queries"]),
    )
    return Point(row.round, row.candidate, rate, rate.value, row.is_promoted, _reason(row))


def _queries(row: Gated) -> int:
    return int(row.metrics.get("scored_queries", row.metrics.get("queries", 0)))


def _exact(share: float, n: int) -> Figure:
    return Figure(share, *clopper_pearson(round(share * n), n), n) if n else Figure(share, 0, 1, 0)


def _reason(row: Gated) -> str:
    words = "; ".join(row.reasons)
    return words if len(words) <= SHOWN_REASON else words[: SHOWN_REASON - 1] + "…"


def headline(story: Story | None) -> str:
    """Return the first sentence of a campaign, in the words of whoever answers for it."""
    if story is None:
        return "No version has been measured yet"
    return _won(story) if story.measure == WON else _right(story)


def _won(story: Story) -> str:
    last = story.points[-1].score
    if last.n < LEAST_TOLD:
        return f"Too few comparisons to say whether the newest version is better: {last.n}"
    return f"The newest version won {_of_100(last.value)} of 100 comparisons with the one before"


def _right(story: Story) -> str:
    first, last = story.points[0], story.points[-1]
    scored = last.score.n
    left = story.held_out - scored
    if 0 < scored < LEAST_TOLD:
        of = f" of {story.held_out}" if left > 0 else ""
        return (
            "Too few held-out queries could be scored to say how often the learner is right: "
            f"{scored}{of}"
        )
    if left <= 0 or not scored:
        now, before = _of_100(last.at_work), _of_100(first.at_work)
        return f"The learner is right in {now} of 100 held-out queries, {_beside(now, before)}"
    now, before = round(scored * last.at_work), round(scored * first.at_work)
    return (
        f"The learner is right in {now} of the {scored} held-out queries that the checker can score, "
        f"{_beside(now, before)}; {left} could not be scored"
    )


def _beside(now: int, before: int) -> str:
    if now == before:
        return "as at the start"
    return f"{'up' if now > before else 'down'} from {before}"


def _of_100(share: float) -> int:
    return round(100 * share)
