"""What the learner is asked when it writes an answer anew, and what of its reply is the answer."""

import pytest

from models_srv.roles.refiner import Remark, build_refine_request, parse_refined
from models_srv.types import Generation

REMARKS = [Remark("3 * 4 = 11", "three fours are twelve", "3 * 4 = 12"), Remark("", "no unit")]


def asked(**more):
    return build_refine_request(
        query="How many?", answer="3 * 4 = 11\nSo 11.", remarks=REMARKS, **more
    )


def test_it_reads_its_own_answer_and_then_the_review():
    query, answer, review = asked(summary="One product is wrong.")
    assert [turn.role for turn in (query, answer, review)] == ["user", "assistant", "user"]
    assert (query.content, answer.content) == ("How many?", "3 * 4 = 11\nSo 11.")
    told = review.content.split("\n")
    assert told[0] == "A reviewer says of your answer: One product is wrong."
    assert told[1] == "- “3 * 4 = 11”: three fours are twelve Instead: 3 * 4 = 12"
    assert told[2] == "- no unit"
    assert "answer alone" in told[-1]


def test_without_a_summary_the_remarks_follow_at_once():
    assert asked()[-1].content.startswith("A reviewer says of your answer:\n- “3 * 4 = 11”")


def test_instructions_and_earlier_turns_stay_in_front():
    turns = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": "How many?"},
    ]
    conversation = asked(instructions="Be brief.", turns=turns)
    roles = [turn.role for turn in conversation]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]
    assert [conversation[0].content, conversation[3].content] == ["Be brief.", "How many?"]


@pytest.mark.parametrize(
    ("said", "text", "announced"),
    [
        pytest.param("So 12.\n", "So 12.", "", id="as it is"),
        pytest.param("Here is the answer:\n\nSo 12.", "So 12.", "Here is the answer:", id="here is"),
        pytest.param("Sure! Here's one:\nSo 12.", "So 12.", "Sure! Here's one:", id="sure"),
        pytest.param("**Revised answer:**\nSo 12.", "So 12.", "**Revised answer:**", id="heading"),
        pytest.param("Here is the list:", "Here is the list:", "", id="nothing follows"),
        pytest.param("The steps are:\n1. So 12.", "The steps are:\n1. So 12.", "", id="of the answer"),
        pytest.param("Here is 12\nSo 12.", "Here is 12\nSo 12.", "", id="no colon"),
        pytest.param("", "", "", id="empty"),
    ],
)  # fmt: skip
def test_a_line_that_only_announces_is_kept_beside(said, text, announced):
    refined = parse_refined(Generation(said, "hash"))
    assert (refined.text, refined.announced) == (text, announced)
