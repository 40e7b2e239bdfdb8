"""evaluate: how many answers are right, how much they differ, and how many beat another model's."""

import json
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from models_srv.cli import asking
from models_srv.cli.lines import Line, LineError, Row, read_lines, writer
from models_srv.cli.models import is_named, sampling_of, spec_of, title_of
from models_srv.domains.registry import domains
from models_srv.evaluation import accuracy, distinct_2, win_rate

Answers = dict[str, list[str | None]]  # of each query; None where one could not be had


def run(options: Namespace) -> int:
    """Write one object with the figures. Rows without a response are asked of the model first."""
    if options.against and not options.domain:
        raise LineError("--against needs --domain: something has to say which answers are right.")
    answers = _answers(list(read_lines(options.input)), options)
    texts = [text for each in answers.values() for text in each]
    had = [text for text in texts if text is not None]
    figures: dict[str, Any] = {
        "queries": len(answers),
        "responses": len(had),
        "errors": len(texts) - len(had),
        "distinct_2": distinct_2(had),
    }
    if options.domain:
        figures |= _against_the_truth(answers, options)
    with writer(options.output) as out:
        out.write([figures])
    return 1 if figures["errors"] else 0


def _against_the_truth(answers: Answers, options: Namespace) -> dict[str, Any]:
    scores = _scores(answers, options.domain)
    figures = {"correct": asdict(accuracy(score for each in scores.values() for score in each))}
    if not options.against:
        return figures
    others = _scores(_given(list(read_lines(options.against))), options.domain)
    both = [query for query in scores if query in others]
    pairs = [(_mean(scores[query]), _mean(others[query])) for query in both]
    return figures | {"against": {"queries": len(both), **asdict(win_rate(pairs))}}


def _answers(lines: list[Line], options: Namespace) -> Answers:
    """Return the answers that the lines have; where one has none, the model's to all of them."""
    if not is_named(options) or all(_has_answer(line) for line in lines):
        return _given(lines)
    from models_srv.backends import load_backend

    backend, role = load_backend(spec_of(options)), asking.learner(options)
    asked = asking.Asked(backend, role, sampling_of(options), options.samples, title_of(options))
    rows = [row for _, batch in asked.rows(lines, options.batch) for row in batch]
    return _by_query((row, row.get("response")) for row in rows)


def _given(lines: list[Line]) -> Answers:
    return _by_query(
        (line.row, None if line.row.get("error") else line.text("response")) for line in lines
    )


def _has_answer(line: Line) -> bool:
    return "response" in line.row or "error" in line.row


def _by_query(rows: Iterable[tuple[Row, str | None]]) -> Answers:
    answers: Answers = {}
    for row, text in rows:
        name = str(row.get("query") or json.dumps(row.get("messages")))
        answers.setdefault(name, []).append(text)
    return answers


def _scores(answers: Answers, domain: str) -> dict[str, list[bool | None]]:
    checker = domains()[domain]
    return {
        query: [None if text is None else checker.is_correct(query, text) for text in texts]
        for query, texts in answers.items()
    }


def _mean(scores: list[bool | None]) -> float | None:
    """Return the share of right answers; None where none can be told."""
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
