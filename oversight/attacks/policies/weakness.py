"""Where the learner is weak: confirmed failures by kind of query, with how sure that is. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oversight.attacks.policies.confirming import Confirmed, Outcome
from oversight.attacks.policies.looking import Evidence, shares, worth
from oversight.statistics.intervals import clopper_pearson
from oversight.statistics.richness import Richness, rarefied

COVERED_TRIES = 30  # a kind with fewer is not measured yet
PER = 100
NO_KIND = ""


@dataclass(frozen=True)
class Try:
    """One query that a learner answered in a round, and what that came to.

    `cluster` holds the queries that are alike but for numbers and names. `updates_ago`: by how many
    updates the learner that answered is older than the one at work. `learner` is that version's id.
    `writer`: the attacker or, where `is_by_program`, the program outside that wrote it, empty for what
    people brought.
    """

    query_id: int
    kind: str
    cluster: str
    confirmed: Confirmed
    updates_ago: int = 0
    learner: int = 0
    writer: str = ""
    is_by_program: bool = False

    @property
    def failing_cluster(self) -> str:
        """What fails alike: the fault where it is known, else the queries that are alike."""
        return f"{self.kind}\x1f{self.confirmed.fault or self.cluster}"


@dataclass(frozen=True)
class Rate:
    """A share of `n` in [0, 1], with its exact 95 % interval; all None where n is 0."""

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def percent(self) -> tuple[float, float, float] | None:
        """The share, the lower and the upper end, of 100."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return 100 * self.value, 100 * self.low, 100 * self.high


@dataclass(frozen=True)
class Weakness:
    """One kind of query, or all of them.

    `failed` of the `checked` tries made the learner fail and are fair; `by_people` of these a person
    confirmed, the others a checker. `unfair` ones are among `checked`: they count against.
    `needs_fairness`: people say that the answer fails, nobody whether the query is fair.
    """

    kind: str
    tries: int
    checked: int
    failed: int
    by_people: int
    unfair: int
    needs_fairness: int
    clusters: int
    rate: Rate
    example: int | None
    next_share: float | None

    @property
    def by_checker(self) -> int:
        return self.failed - self.by_people

    @property
    def next_of_100(self) -> float | None:
        """How many of the next 100 queries would be of this kind; None of one out of the taxonomy."""
        return None if self.next_share is None else 100 * self.next_share

    @property
    def is_covered(self) -> bool:
        return self.tries >= COVERED_TRIES


@dataclass(frozen=True)
class WeaknessMap:
    """The kinds, those first that would be looked at most; `total` of all. `covered` of `kinds` have
    COVERED_TRIES tries. `clusters`: different ways to fail among PER tries; None with fewer tries."""

    rows: list[Weakness]
    total: Weakness
    covered: int
    kinds: int
    clusters: Richness | None


def weakness_map(
    tries: Sequence[Try], taxonomy: Sequence[str], opinions: Mapping[str, float], seed: int
) -> WeaknessMap:
    """Return the map of the kinds in `taxonomy` and of those that queries have besides."""
    by_kind: dict[str, list[Try]] = {kind: [] for kind in taxonomy}
    for each in tries:
        by_kind.setdefault(each.kind, []).append(each)
    next_shares = shares(list(taxonomy), evidence_of(tries, taxonomy, opinions), seed)
    rows = [_weakness(kind, found, next_shares.get(kind)) for kind, found in by_kind.items()]
    rows.sort(key=lambda row: (-(row.next_share or 0), row.kind))
    total = _weakness(NO_KIND, tries, None)
    failing = Counter(each.failing_cluster for each in tries if _has_failed(each))
    return WeaknessMap(
        rows=rows,
        total=total,
        covered=sum(row.is_covered for row in rows if row.kind in taxonomy),
        kinds=len(taxonomy),
        clusters=rarefied(list(failing.values()), len(tries), PER),
    )


def by_learner(tries: Sequence[Try]) -> dict[int, Weakness]:
    """Return how often each version failed, by its id, the latest first."""
    found: dict[int, list[Try]] = defaultdict(list)
    for each in sorted(tries, key=lambda one: -one.query_id):
        found[each.learner].append(each)
    return {learner: _weakness(NO_KIND, each, None) for learner, each in found.items()}


def by_writer(tries: Sequence[Try]) -> dict[tuple[str, bool], Weakness]:
    """Return how often queries of each writer failed the learner, the latest writer first: by its name
    and whether it is a program outside."""
    found: dict[tuple[str, bool], list[Try]] = defaultdict(list)
    for each in sorted(tries, key=lambda one: -one.query_id):
        found[each.writer, each.is_by_program].append(each)
    return {writer: _weakness(NO_KIND, each, None) for writer, each in found.items()}


def evidence_of(
    tries: Sequence[Try], kinds: Sequence[str], opinions: Mapping[str, float]
) -> dict[str, Evidence]:
    """Return what is known of each kind, older tries for less. Tries that nobody checked say nothing.

    A failure is worth 1 where it is the first of its cluster, 1/2 where it is the second, and so on;
    the rest of it counts as no failure: a hole that is known needs no more tries.
    """
    failed: dict[str, float] = defaultdict(float)
    other: dict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    for each in sorted(tries, key=lambda one: one.query_id):
        if each.confirmed.outcome is Outcome.OPEN:
            continue
        gain = 0.0
        if _has_failed(each):
            times[each.failing_cluster] += 1
            gain = 1 / times[each.failing_cluster]
        failed[each.kind] += gain * worth(each.updates_ago)
        other[each.kind] += (1 - gain) * worth(each.updates_ago)
    return {kind: Evidence(failed[kind], other[kind], opinions.get(kind, 0.5)) for kind in kinds}


def _weakness(kind: str, tries: Sequence[Try], next_share: float | None) -> Weakness:
    outcomes = Counter(each.confirmed.outcome for each in tries)
    failed = [each for each in tries if _has_failed(each)]
    checked = len(tries) - outcomes[Outcome.OPEN]
    return Weakness(
        kind=kind,
        tries=len(tries),
        checked=checked,
        failed=len(failed),
        by_people=sum(each.confirmed.by == "person" for each in failed),
        unfair=outcomes[Outcome.UNFAIR],
        needs_fairness=sum(each.confirmed.needs_fairness for each in tries),
        clusters=len({each.failing_cluster for each in failed}),
        rate=_rate(len(failed), checked),
        example=max((each.query_id for each in failed), default=None),
        next_share=next_share,
    )


def _rate(failed: int, n: int) -> Rate:
    return Rate(n, failed / n, *clopper_pearson(failed, n)) if n else Rate(0)


def _has_failed(each: Try) -> bool:
    return each.confirmed.outcome is Outcome.FAILED
