"""What the gate measured, in lines that people read. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oversight.learning.policies.gate import LEAST_HUMAN, LEAST_SURE, is_sure

JUDGES = {
    "human_": "Comparisons that people say it won",
    "scored_": "Queries that it answers better, by the truth",
    "ai_": "Comparisons that the critic says it won, corrected by what audits showed of it",
}
# Most trusted first, as the gate takes them.
DECIDED = {
    "human_": "people's decided",
    "scored_": "scores decided",
    "ai_": "the critic's word decided",
}
GAIN = "_gain"
OF_CRITICS = {
    "bugs caught": "Flawed answers of which a comment is right",
    "free of made-up problems": "Answers without a made-up problem",
    "made_up": "Made-up problems, all comments together",
}
OF_ATTACKERS = {
    "failures found": "Questions that are fair and make the learner fail",
    "fair questions": "Questions that are fair and new",
    "different failures": "Different ways to fail among them",
}


@dataclass(frozen=True)
class Measured:
    """One line: the candidate's figure, that of the version at work or what it has to be above, and
    the 95 % interval of the figure, where there is one that says anything. `n`: of how many queries."""

    words: str
    candidate: float
    against: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None


def told_wins(kept: Mapping[str, object]) -> str:
    """Return how often the candidate won and by whose word; "" where that was not measured."""
    metrics = _figures(kept)
    rate, low, high = (metrics.get(f"win_rate{end}") for end in ("", "_low", "_high"))
    if rate is None or low is None or high is None:
        return ""
    # Before it was kept nobody can say of how many.
    told = _wins(rate, low, high, int(metrics.get("queries", LEAST_SURE)))
    return " ".join([told, *_not_counted(metrics)])


def _wins(rate: float, low: float, high: float, queries: int) -> str:
    if queries < LEAST_SURE:
        return (
            f"Only {_counted(queries, 'query', 'queries')} could be compared with the version at "
            "work: too few to say how often it wins."
        )
    if not is_sure(low, high, queries):
        return (
            f"All {queries} comparisons with the version at work came out alike, or are of "
            "near-copies of one query: how sure that is cannot be told."
        )
    rate, low, high = (round(100 * each) for each in (rate, low, high))
    return (
        f"Of 100 comparisons with the version at work it wins about {rate} (between {low} and {high}), "
        "a tie counted half: 50 is no change."
    )


def _not_counted(metrics: Mapping[str, float]) -> Iterator[str]:
    """Say of comparisons that were asked for and judged why they did not decide."""
    decided = next((words for key, words in DECIDED.items() if f"{key}win_rate" in metrics), "")
    people = int(metrics.get("compared_by_people", 0))
    if 0 < people < LEAST_HUMAN:
        made = _counted(people, "comparison was", "comparisons were")
        yield f"{made} made by people; {LEAST_HUMAN} are needed to count, so {decided}."
    if simulated := int(metrics.get("compared_by_simulated", 0)):
        made = _counted(simulated, "comparison was", "comparisons were")
        yield f"{made} made by simulated annotators; only people's count, so {decided}."


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _figures(kept: Mapping[str, object]) -> dict[str, float]:
    return {name: float(value) for name, value in kept.items() if isinstance(value, int | float)}


def measured_lines(kept: Mapping[str, object]) -> list[Measured]:
    """Return what the gate of a learner, critic or attacker measured, as it was kept; the rest has no
    line."""
    metrics = _figures(kept)
    variety = _of_both(metrics, "distinct_2", "Variety: different pairs of words of all pairs")
    if not metrics.get("distinct_2_candidate") and not metrics.get("distinct_2_baseline"):
        variety = iter(())  # nothing was answered by both
    critics = (_of_both(metrics, name, words) for name, words in OF_CRITICS.items())
    found = (
        *critics,
        _attackers(metrics),
        _scores(metrics),
        _win_rates(metrics),
        _gains(metrics),
        _false_accepts(metrics),
        variety,
    )
    return [line for lines in found for line in lines]


def _attackers(metrics: Mapping[str, float]) -> Iterator[Measured]:
    for name, words in OF_ATTACKERS.items():
        new = f"{name}_candidate"
        if new in metrics:
            low, high = metrics.get(f"{new}_low"), metrics.get(f"{new}_high")
            n = _count(metrics.get("questions_candidate"))
            yield Measured(words, metrics[new], metrics[f"{name}_baseline"], low, high, n)


def _scores(metrics: Mapping[str, float]) -> Iterator[Measured]:
    if "candidate_score" in metrics:
        yield Measured(
            "Right answers to held-out queries",
            metrics["candidate_score"],
            metrics["baseline_score"],
            n=_count(metrics.get("scored_queries")),
        )


def _win_rates(metrics: Mapping[str, float]) -> Iterator[Measured]:
    named = any(f"{prefix}win_rate" in metrics for prefix in JUDGES)
    # What was kept before each judge had a name of its own.
    for prefix, words in (JUDGES if named else {"": "Comparisons that it won"}).items():
        if (rate := metrics.get(f"{prefix}win_rate")) is not None:
            n = _count(metrics.get(f"{prefix}queries"))
            low, high = _interval(metrics, f"{prefix}win_rate", n)
            yield Measured(words, rate, 0.5, low, high, n)


def _gains(metrics: Mapping[str, float]) -> Iterator[Measured]:
    for name in metrics:
        if name.endswith(GAIN):
            low, high = _interval(metrics, name)
            words = f"Gain in “{name.removesuffix(GAIN)}”"
            yield Measured(words, metrics[name], 0.0, low, high)


def _interval(
    metrics: Mapping[str, float], name: str, queries: int | None = None
) -> tuple[float | None, float | None]:
    """Return a bootstrap's interval, none where it rests on too little. Of how many it is may not have
    been kept."""
    low, high = (metrics.get(f"{name}_{end}") for end in ("low", "high"))
    of = LEAST_SURE if queries is None else queries
    is_told = low is not None and high is not None and is_sure(low, high, of)
    return (low, high) if is_told else (None, None)


def _false_accepts(metrics: Mapping[str, float]) -> Iterator[Measured]:
    words = "Flawed answers that people took for sound"
    yield from _of_both(metrics, "false_accepts", words)
    # Before it was kept with an interval there was none.
    if (rise := metrics.get("false_accepts_rise")) is not None:
        low, high = (metrics[f"false_accepts_rise_{end}"] for end in ("low", "high"))
        n = _count(metrics["false_accepts_answers"])
        yield Measured("Rise of flawed answers taken for sound", rise, 0.0, low, high, n)


def _of_both(metrics: Mapping[str, float], name: str, words: str) -> Iterator[Measured]:
    if f"{name}_candidate" in metrics:
        yield Measured(words, metrics[f"{name}_candidate"], metrics[f"{name}_baseline"])


def _count(value: float | None) -> int | None:
    return None if value is None else int(value)
