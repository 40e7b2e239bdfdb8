"""Queries are drawn with one to three instructions, and read from their text alone."""

from collections import Counter
from random import Random

import pytest

from models_srv.domains.instructions.domain import INSTRUCTIONS
from models_srv.domains.instructions.kinds import KINDS
from models_srv.domains.instructions.queries import draw_queries, read_query
from models_srv.domains.instructions.topics import ENDINGS, TOPICS
from tests.models_srv.domains.instructions.answers import right_answer

TASK = "Describe the harbour of your own town."


def test_what_is_drawn_is_read_back():
    queries = draw_queries("train", 200, seed=5)
    for query in queries:
        asked = read_query(query.text)
        assert [each.line for each in asked] == query.text.splitlines()[1:]
        assert asked[0].kind.name == query.node
        assert query.cluster in query.text
        groups = [each.kind.group for each in asked]
        assert len(groups) == len(set(groups))
    lengths = Counter(len(read_query(query.text)) for query in queries)
    assert set(lengths) == {1, 2, 3}
    assert {query.node for query in queries} == set(KINDS)


def test_no_topic_is_on_both_sides():
    sides = [set(topics) for topics in TOPICS.values()]
    assert sides[0].isdisjoint(sides[1])


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_kind_is_read_kept_to_and_broken(kind):
    for seed in range(6):
        query = f"{TASK}\n{kind.draw(Random(seed))}"
        [asked] = read_query(query)
        right = right_answer(query)
        assert asked.kind is kind
        assert INSTRUCTIONS.is_correct(query, right)
        broken = INSTRUCTIONS.tamper(query, right, Random(seed))
        assert INSTRUCTIONS.is_correct(query, broken.text) is False
        assert asked.line in broken.problem


def test_words_to_avoid_are_in_no_ending():
    avoid = KINDS["word to avoid"].draws["word"]
    assert not any(word in ending.lower().split() for word in avoid for ending in ENDINGS)


@pytest.mark.parametrize(
    "query",
    [
        "",
        TASK,
        f"{TASK}\nUse no commas at all.\nAnd make it rhyme.",
        "\n".join([TASK, *["Use no commas at all."] * 21]),
    ],
    ids=["empty", "nothing-asked", "something-else", "too-many"],
)
def test_what_is_asked_otherwise_has_no_truth(query):
    assert read_query(query) is None
    assert INSTRUCTIONS.is_correct(query, "Yes") is None
    assert INSTRUCTIONS.tamper(query, "Yes", Random(1)) is None


def test_only_one_instruction_is_broken_at_a_time():
    for query in draw_queries("held_out", 100, seed=2):
        right = right_answer(query.text)
        tampered = INSTRUCTIONS.tamper(query.text, right, Random(query.text))
        broken = [each for each in read_query(query.text) if not each.is_kept(tampered.text)]
        assert [each.line in tampered.problem for each in broken] == [True]


QUERY = f"{TASK}\nUse no commas at all.\nStay below 20 words."


@pytest.mark.parametrize(
    ("quote", "category", "is_valid"),
    [
        ("ships, boats", "no commas", True),
        ("ships, boats", "Commas", True),
        ("ships", "no commas", False),
        ("gulls, ropes", "no commas", False),
        ("ships, boats", "few words", False),
        ("ships, boats", "", False),
        ("", "no commas", False),
    ],
)
def test_a_comment_names_what_is_broken_and_quotes_it(quote, category, is_valid):
    answer = "There are ships, boats and nets."
    assert INSTRUCTIONS.is_valid_comment(QUERY, answer, quote, category) is is_valid


def test_what_is_wrong_with_the_whole_may_be_quoted_anywhere():
    answer = "word " * 30
    assert INSTRUCTIONS.is_valid_comment(QUERY, answer, "word word", "few words")


def test_half_of_it_is_half_right():
    assert INSTRUCTIONS.share_right(QUERY, "Ships, boats.") == 0.5
    assert INSTRUCTIONS.is_correct(QUERY, "Ships, boats.") is False
