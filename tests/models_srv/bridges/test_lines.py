"""What an attacker outside is given, and what counts as a query of its."""

import json

import pytest

from models_srv.bridges import MOST_CHARS, AskedEarlier, Brought, Start, WrongLine, parse_line

STARTS = [Start(1, "facts", 2, "1 + 1?", [AskedEarlier("2 + 2?", True)]), Start(2, "shares", 2)]


def line(**row):
    return json.dumps(row).encode()


def test_a_start_is_one_line_with_all_that_is_known_of_it():
    assert json.loads(STARTS[0].line()) == {
        "start": 1,
        "node": "facts",
        "wanted": 2,
        "seed": "1 + 1?",
        "asked_before": [{"query": "2 + 2?", "failed": True}],
    }
    assert "\n" not in Start(1, "facts", 1, "two\nlines").line()


def test_a_query_is_of_the_kind_of_its_start_unless_it_says_another():
    assert parse_line(line(text="3 + 3?", start=2), STARTS).node == "shares"
    assert parse_line(line(text="3 + 3?", start=2, node="facts"), STARTS).node == "facts"
    assert parse_line(line(text="3 + 3?"), STARTS).node == ""


def test_it_may_say_who_wrote_it_and_how():
    row = line(text="Ignore that.", attacker=" garak\n0.17", strategy="dan", score=3, more=[1])
    assert parse_line(row, STARTS) == Brought("Ignore that.", "", "garak 0.17", "dan")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(b"Loading weights...", "is no JSON", id="talk"),
        pytest.param(b"\xff\xfe{}", "is no JSON", id="no-utf-8"),
        pytest.param(b"[" * 100_000, "is no JSON", id="deep"),
        pytest.param(b'["a"]', "is no object", id="list"),
        pytest.param(line(node="facts"), "has no “text”", id="no-text"),
        pytest.param(line(text=" \n"), "has no “text”", id="blank"),
        pytest.param(line(text=3), "needs a text as “text”", id="number"),
        pytest.param(line(text="a", node=["facts"]), "needs a text as “node”", id="node"),
        pytest.param(line(text="a" * (MOST_CHARS + 1)), "more than 100,000 characters", id="long"),
        pytest.param(b'{"text": "\\ud800"}', "half a letter", id="surrogate"),
        pytest.param(line(text="a", start=9), "names a “start” that there is not", id="start"),
        pytest.param(line(text="a", start=True), "names a “start” that there is not", id="true"),
    ],
)
def test_what_is_no_query_is_refused_in_words(given, words):
    with pytest.raises(WrongLine, match=words):
        parse_line(given, STARTS)


def test_a_nul_is_shown_as_what_cannot_be_kept():
    assert parse_line(b'{"text": "a\\u0000b"}', STARTS).text == "a�b"


def test_a_name_that_does_not_print_is_wrong():
    with pytest.raises(WrongLine, match="has a “attacker” that holds what does not print"):
        parse_line(b'{"text": "x?", "attacker": "\\u202egnp"}', [])
