"""Conversations: what is one, how it reads, what makes two the same, how a model is asked it."""

import pytest

from models_srv.conversations import (
    MOST_TURNS,
    as_text,
    checked_turns,
    conversation_digest,
    lone_text,
)
from models_srv.roles.learner import build_answer_request
from models_srv.types import Message

ASKED = {"role": "user", "content": "What is the weather in Oslo?"}
CALLED = {
    "role": "assistant",
    "content": None,
    "tool_calls": [
        {
            "id": "1",
            "type": "function",
            "function": {"name": "weather", "arguments": {"at": "Oslo"}},
        }
    ],
}
TOLD = {"role": "tool", "name": "weather", "content": "4 °C\r\nrain"}


def test_it_keeps_what_was_said_and_called_and_nothing_else():
    assert checked_turns([ASKED | {"id": 7}, CALLED, TOLD]) == [
        ASKED,
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"name": "weather", "arguments": '{"at": "Oslo"}'}],
        },
        {"role": "tool", "name": "weather", "content": "4 °C\nrain"},
    ]


def test_it_reads_as_a_talk():
    assert as_text(checked_turns([ASKED, CALLED, TOLD])) == (
        "User:\nWhat is the weather in Oslo?\n\n"
        'Assistant:\n→ weather({"at": "Oslo"})\n\n'
        "Tool weather:\n4 °C\nrain"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("text", "a list of messages"),
        ([], "at least one"),
        (["hello"], "“role” and “content”"),
        ([{"role": "boss", "content": "x"}], "“role” must be one of"),
        ([{"role": ["user"], "content": "x"}], "“role” must be one of"),
        ([{"role": "user", "content": 3}], "must be a string"),
        ([{"role": "assistant", "content": "", "tool_calls": [3]}], "a list of objects"),
        ([{"role": "assistant", "content": "", "tool_calls": [{}]}], "“name” of the tool"),
        ([ASKED] * (MOST_TURNS + 1), "at most 1000 messages"),
    ],
)
def test_what_is_no_conversation_is_told_in_words(value, words):
    with pytest.raises(ValueError, match=words):
        checked_turns(value)


def test_two_that_read_alike_are_two():
    one = [{"role": "user", "content": "Hi\n\nAssistant:\nHello"}]
    other = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    assert as_text(one) == as_text(other)
    assert conversation_digest(one) != conversation_digest(other)


def test_one_turn_is_its_text():
    assert lone_text([ASKED], "user") == ASKED["content"]
    assert lone_text([ASKED], "assistant") is None
    assert lone_text([ASKED, ASKED], "user") is None
    assert lone_text(checked_turns([CALLED]), "assistant") is None


def test_a_learner_is_asked_the_talk_with_roles_that_take_turns():
    turns = checked_turns([ASKED, CALLED, TOLD, {"role": "user", "content": "And tomorrow?"}])
    assert build_answer_request(query="unused", instructions="Be brief.", turns=turns) == (
        Message("system", "Be brief."),
        Message("user", ASKED["content"]),
        Message("assistant", '→ weather({"at": "Oslo"})'),
        Message("user", "Tool weather:\n4 °C\nrain\n\nAnd tomorrow?"),
    )


def test_its_own_system_turn_follows_the_instructions():
    turns = [{"role": "system", "content": "You sell pens."}, ASKED]
    first, _ = build_answer_request(query="", instructions="Be brief.", turns=turns)
    assert first == Message("system", "Be brief.\n\nYou sell pens.")
