"""evaluate: figures of answers, given or asked for."""

import json

import pytest

from models_srv.domains.arithmetic.domain import ARITHMETIC

QUERIES = [query.text for query in ARITHMETIC.queries("train", 4, seed=3)]


def right(query):
    """An answer that the checker takes, found by trying results."""
    for result in range(10_000):
        if ARITHMETIC.is_correct(query, f"#### {result}"):
            return f"#### {result}"
    raise AssertionError(query)


@pytest.fixture(scope="module")
def answers():
    good = [right(query) for query in QUERIES]
    return good, [*good[:3], "#### 99999"]


def rows(texts):
    return [{"query": q, "response": t} for q, t in zip(QUERIES, texts, strict=True)]


def test_right_answers_are_counted_with_an_interval(cli, answers):
    _, mixed = answers
    code, [figures], _ = cli("evaluate", "--domain", "arithmetic", lines=rows(mixed))
    assert code == 0
    assert (figures["queries"], figures["responses"], figures["errors"]) == (4, 4, 0)
    assert figures["correct"]["value"] == 0.75
    assert figures["correct"]["low"] < 0.75 < figures["correct"]["high"]


def test_two_models_are_compared_query_by_query(cli, answers, tmp_path):
    good, mixed = answers
    other = tmp_path / "other.jsonl"
    other.write_text("\n".join(map(json.dumps, rows(mixed)[1:])))
    asked = ("evaluate", "--domain", "arithmetic", "--against", other)
    _, [figures], _ = cli(*asked, lines=rows(good))
    against = figures["against"]
    assert (against["queries"], against["wins"], against["losses"], against["ties"]) == (3, 1, 0, 2)


def test_without_a_domain_nothing_is_said_of_right_or_wrong(cli):
    code, [figures], _ = cli("evaluate", lines=[{"query": "?", "response": "one two one two"}])
    assert code == 0
    assert figures["distinct_2"] == pytest.approx(2 / 3)
    assert "correct" not in figures


def test_one_that_could_not_be_answered_is_not_scored(cli, answers):
    good, _ = answers
    lines = [*rows(good)[:3], {"query": QUERIES[3], "error": "The prompt is too long."}]
    code, [figures], _ = cli("evaluate", "--domain", "arithmetic", lines=lines)
    assert code == 1
    assert figures["errors"] == 1
    assert (figures["correct"]["count"], figures["correct"]["value"]) == (3, 1)


def test_what_has_no_answer_is_asked_of_the_model(cli):
    asked = ("evaluate", "--model", "starter:learner", "--domain", "arithmetic")
    code, [figures], _ = cli(*asked, lines=[{"query": query} for query in QUERIES])
    assert code == 0
    assert (figures["responses"], figures["correct"]["count"]) == (4, 4)


def test_without_a_model_an_answer_is_missed(cli):
    code, _, said = cli("evaluate", lines=[{"query": "?"}])
    assert code == 2
    assert "line 1 has no “response”" in said


def test_two_models_cannot_be_compared_without_the_truth(cli):
    code, _, said = cli("evaluate", "--against", "other.jsonl", lines=[])
    assert code == 2
    assert "--domain" in said
