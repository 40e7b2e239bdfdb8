"""Solutions whose steps were labelled: PRM800K, BIG-Bench-Mistake, ProcessBench.

ProcessBench (Zheng et al., 2024) has the latter's shape under other names.
PRM800K (Lightman et al., *Let's Verify Step by Step*, 2023): one solution a line, each step with
completions rated 1, 0 or -1. BIG-Bench-Mistake (Tyen et al., 2024): steps with the index of the first
wrong one, null where there is none.
"""

from collections.abc import Iterator
from typing import Any

from oversight.data.importers import checks
from oversight.data.importers.rows import QueryRow, RowError, SteppedRow

RATINGS = (-1, 0, 1)
LABELLER_CHARS = 100
MISTAKE_LABELLER = "BIG-Bench-Mistake"
PROCESSBENCH_LABELLER = "ProcessBench"


def parse_prm800k(line: int, value: object) -> SteppedRow:
    """Take the trajectory that was chosen, and of a last step without a choice the first completion.

    A solution that nobody labelled has no labels: people are asked for them.
    """
    row = checks.record(value)
    question, label = (checks.record(checks.required(row, key)) for key in ("question", "label"))
    query = QueryRow(
        line,
        checks.filled(question, "problem"),
        reference=checks.text(question, "ground_truth_answer", default=""),
    )
    labelled = list(_trajectory(_list(label, "steps")))
    planned = _list(question, "pre_generated_steps", default=[])
    rest = [_words(step, "pre_generated_steps") for step in planned[len(labelled) :]]
    labeller = checks.text(row, "labeler", default="", max_chars=LABELLER_CHARS)
    timed = {} if label.get("total_time") is None else label
    total = checks.number(timed, "total_time", default=0, low=0, high=1e12) / 1000
    steps = (*(words for words, _ in labelled), *rest)
    return _row(query, steps, [rating for _, rating in labelled], labeller, total or None)


def parse_mistake(line: int, value: object) -> SteppedRow:
    """Every step before the mistake is good, and labels end with it."""
    row = checks.record(value)
    query = QueryRow(
        line, checks.filled(row, "input"), reference=checks.text(row, "target", default="")
    )
    steps = [_words(step, "steps") for step in _list(row, "steps")]
    mistake = checks.required(row, "mistake_index")
    if mistake is not None and not _is_place(mistake, steps):
        raise RowError(f"“mistake_index” must be null or the place of a step, not {mistake!r:.40}")
    labels = [1] * len(steps) if mistake is None else [1] * mistake + [-1]
    return _row(query, steps, labels, MISTAKE_LABELLER, None)


def parse_processbench(line: int, value: object) -> SteppedRow:
    """`label` is the place of the first wrong step, -1 where none is."""
    row = checks.record(value)
    query = QueryRow(
        line,
        checks.filled(row, "problem"),
        node=checks.text(row, "generator", default="", max_chars=200),
    )
    steps = [_words(step, "steps") for step in _list(row, "steps")]
    checks.required(row, "label")
    mistake = checks.whole(row, "label", low=-1, high=len(steps) - 1)
    if mistake is None:
        raise RowError("“label” must be the place of a step, or -1")
    labels = [1] * len(steps) if mistake < 0 else [1] * mistake + [-1]
    return _row(query, steps, labels, PROCESSBENCH_LABELLER, None)


def _trajectory(steps: list[Any]) -> Iterator[tuple[str, int]]:
    """Yield each step's words and rating, and end at the first bad one or one without a rating."""
    for value in steps:
        step = checks.record(value)
        completions = _list(step, "completions", default=[])
        chosen = step.get("chosen_completion")
        if chosen is None and step.get("human_completion") is not None:
            yield _human(step["human_completion"]), 1
            continue
        if not completions or (chosen is not None and not _is_place(chosen, completions)):
            raise RowError("“chosen_completion” is not the place of a completion")
        completion = checks.record(completions[chosen or 0])
        rating = completion.get("rating")
        if rating is None:
            return
        if type(rating) is not int or rating not in RATINGS:
            raise RowError(f"“rating” must be -1, 0 or 1, not {rating!r:.40}")
        yield checks.filled(completion, "text"), rating
        if rating < 0:
            return


def _human(value: object) -> str:
    """A step that the labeller wrote: a string, or an object with its text."""
    return (
        _words(value, "human_completion")
        if isinstance(value, str)
        else checks.filled(checks.record(value), "text")
    )


def _row(
    query: QueryRow, steps: Any, labels: list[int], labeller: str, seconds: float | None
) -> SteppedRow:
    if not steps:
        raise RowError("there are no steps")
    return SteppedRow(query, tuple(steps), tuple(labels), labeller, seconds)


def _list(row: checks.Record, key: str, default: list[Any] | None = None) -> list[Any]:
    if default is None:
        checks.required(row, key)
    value = checks.value_of(row, key)
    if value is None and default is not None:
        return default
    if not isinstance(value, list):
        raise RowError(f"“{key}” must be a list")
    return value


def _is_place(value: object, of: list[Any]) -> bool:
    return type(value) is int and 0 <= value < len(of)


def _words(value: object, key: str) -> str:
    return checks.filled({key: value}, key)
