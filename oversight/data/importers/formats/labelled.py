"""What people, models or checkers said, one judge a row: labels, ratings, rankings.

Each row has the `prompt`, the answers, the `annotator` and the `source` that the annotator is; rows
of one pair by several annotators are one pair with several judgements.
"""

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import Label, LabelledRow, QueryRow, RowError

MAX_SECONDS = 1e7


def parse_judgement(line: int, value: object, told: str) -> LabelledRow:
    """`label` names the best of `response_a` to `response_d`: a letter, tie or both_bad."""
    row = checks.record(value)
    query, answers = _query(line, row), said.answers_in(row)
    choice = checks.one_of(row, "label", said.CHOICES)
    label = Label(
        source=said.source_of(row, told),
        judge=said.judge_of(row),
        ranks=said.ranks_of(choice, len(answers)),
        are_all_bad=choice == "both_bad",
        strength=checks.whole(row, "strength", low=1, high=3),
        rationale=checks.text(row, "rationale", default=""),
        seconds=_seconds(row),
    )
    return LabelledRow(query, answers, (label,))


def parse_rating(line: int, value: object, told: str) -> LabelledRow:
    """`rating` of one `response`, from 1 (worst) to 7 (best)."""
    row = checks.record(value)
    name = said.name_of(row, "model")
    answer = talk.answer_of(name, talk.turns_in(row, "response", "assistant"))
    rating = checks.whole(row, "rating", low=1, high=7)
    if rating is None:
        raise RowError("“rating” is missing: a whole number from 1 (worst) to 7 (best)")
    label = Label(
        source=said.source_of(row, told),
        judge=said.judge_of(row),
        ratings=(rating,),
        rationale=checks.text(row, "rationale", default=""),
        seconds=_seconds(row),
    )
    return LabelledRow(_query(line, row), (answer,), (label,))


def parse_ranking(line: int, value: object, told: str) -> LabelledRow:
    """`ranking` has the place of each of the `responses`, 1 for the best; level ones share a place.
    Exported here it is `ranks`, by a `labeler`."""
    row = checks.record(value)
    answers = said.answers_in(row)
    places = checks.listed(row, "ranking" if "ranking" in row or "ranks" not in row else "ranks")
    ranks = [checks.whole({"ranking": place}, "ranking", low=1, high=99) for place in places]
    if len(ranks) != len(answers) or None in ranks:
        raise RowError("“ranking” must have one place for each response")
    label = Label(
        source=said.source_of(row, told),
        judge=said.judge_of(row, "annotator" if "annotator" in row else "labeler"),
        ranks=tuple(rank for rank in ranks if rank is not None),
        rationale=checks.text(row, "rationale", default=""),
        seconds=_seconds(row),
    )
    return LabelledRow(_query(line, row), answers, (label,))


def _query(line: int, row: checks.Record) -> QueryRow:
    return talk.query_of(line, talk.turns_in(row, "prompt", "user"), said.node_of(row))


def _seconds(row: checks.Record) -> float | None:
    seconds = checks.number(row, "seconds", default=-1.0, low=-1.0, high=MAX_SECONDS)
    return None if seconds < 0 else seconds
