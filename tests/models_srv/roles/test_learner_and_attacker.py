import pytest

from models_srv.roles.attacker import build_attack_request, parse_attack
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.types import Generation, Message


def test_the_learner_is_asked_the_query_alone():
    assert list(build_answer_request(query="How many?")) == [Message("user", "How many?")]


def test_instructions_are_the_system_turn():
    system, user = build_answer_request(query="q", instructions="Show your work.")
    assert (system, user) == (Message("system", "Show your work."), Message("user", "q"))


@pytest.mark.parametrize(("text", "answer"), [(" 7 \n\n", " 7"), ("", ""), ("\n", "")])
def test_an_answer_loses_trailing_whitespace_only(text, answer):
    assert parse_answer(Generation(text, "h")) == answer


def test_the_attacker_is_asked_for_a_kind_near_a_seed():
    [user] = build_attack_request(node="idle fact", seed_query="Tom has 3.\nHow many?")
    assert user == Message("user", "Kind: idle fact\nNear:\nTom has 3.\nHow many?")


@pytest.mark.parametrize(("text", "query"), [(" q\n", "q"), ("", None), (" \n", None)])
def test_an_empty_attack_is_none(text, query):
    assert parse_attack(Generation(text, "h")) == query
