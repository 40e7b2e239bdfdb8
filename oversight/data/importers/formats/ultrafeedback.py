"""UltraFeedback (Cui et al., 2024): four models' answers, each scored and criticised by GPT-4."""

from typing import Any

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import GivenCritique, Label, LabelledRow, RowError

JUDGE = "gpt-4"
BEST = 10.0
# Written by hand for some; a mean of the four aspects is what the paper ranks by.
ASPECTS = ("instruction_following", "honesty", "truthfulness", "helpfulness")


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    completions = [checks.record(each) for each in checks.listed(row, "completions")]
    if not 1 < len(completions) <= 8:
        raise RowError("“completions” must have 2 to 8 answers")
    answers = tuple(
        talk.answer_of(said.name_of(each, "model"), talk.turns_in(each, "response", "assistant"))
        for each in completions
    )
    talk.different(answers)
    scores = [_score(each) for each in completions]
    critiques = tuple(
        GivenCritique(place, JUDGE, checks.text(each, "critique"))
        for place, each in enumerate(completions)
        if each.get("critique")
    )
    query = talk.query_of(
        line, talk.turns_in(row, "instruction", "user"), said.node_of(row, "source")
    )
    labels = (Label("critic", JUDGE, ranks=_places(scores)),) if None not in scores else ()
    return LabelledRow(query, answers, labels, critiques, is_asked=not labels)


def _score(completion: checks.Record) -> float | None:
    """Return the mean of the aspects, else the overall score; None where the judge gave none."""
    given = completion.get("annotations")
    marks = [_mark(given.get(aspect)) for aspect in ASPECTS] if isinstance(given, dict) else []
    known = [mark for mark in marks if mark is not None]
    if known:
        return sum(known) / len(known)
    for key in ("fine-grained_score", "overall_score"):
        if completion.get(key) is not None:
            return checks.number(completion, key, default=0, low=0, high=BEST * 10)
    return None


def _mark(value: Any) -> float | None:
    rating = value.get("Rating") if isinstance(value, dict) else None
    return float(rating) if isinstance(rating, str) and rating.isdecimal() else None


def _places(scores: list[float | None]) -> tuple[int, ...]:
    known = [score for score in scores if score is not None]
    return tuple(1 + sum(other > score for other in known) for score in known)
