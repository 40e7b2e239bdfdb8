"""A part of a whole, with how sure it is."""

from dataclasses import dataclass

from oversight.statistics.intervals import clopper_pearson


@dataclass(frozen=True)
class Share:
    """`part` of `whole`; both are counts, so that whoever reads it can see how much it rests on."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The exact 95 % interval (Clopper and Pearson, 1934), in percent."""
        if not self.whole:
            return None
        low, high = clopper_pearson(self.part, self.whole)
        return 100 * low, 100 * high


def difference_beyond_chance(now: Share, before: Share) -> float | None:
    """Return by how many percent points a share rose (fell, below 0); None where the two 95 %
    intervals overlap, which is stricter than a test of the difference."""
    if now.interval is None or before.interval is None:
        return None
    if now.interval[0] <= before.interval[1] and before.interval[0] <= now.interval[1]:
        return None
    return (now.percent or 0.0) - (before.percent or 0.0)
