"""The roles read what comes after the reasoning, whoever made the Generation."""

import math

import pytest

from models_srv import trying
from models_srv.answers import ONLY_REASONED, answer_of
from models_srv.roles.attacker import parse_attack
from models_srv.roles.critic import parse_critique
from models_srv.roles.learner import parse_answer
from models_srv.types import Generation, ModelSpec, TokenLogprob

pytestmark = pytest.mark.fault("reasoning")

TURNED = "<think>\nverdict: sound, says the first look\n</think>\n\n"


def tokens(*parts):
    return tuple(
        TokenLogprob(text, math.log(p), {text: math.log(p), " sound": math.log(1 - p)})
        if text == " flawed"
        else TokenLogprob(text, -0.01, {text: -0.01})
        for text, p in parts
    )


def test_a_verdict_in_the_reasoning_is_none():
    generation = Generation(f"{TURNED}verdict: flawed\nsummary: Off.", "h")
    critique = parse_critique(generation, "r")
    assert (critique.verdict, critique.summary) == ("flawed", "Off.")
    assert critique.raw_text == generation.text


def test_p_flawed_is_read_from_the_answers_tokens():
    spanning = tokens(
        ("<think>", 1), ("verdict", 1), (":", 1), (" sound", 1), ("</think>", 1), ("\n\n", 1),
        ("verdict", 1), (":", 1), (" flawed", 0.9), ("</s>", 1),
    )  # fmt: skip
    generation = Generation("<think>verdict: sound</think>\n\nverdict: flawed", "h", spanning, -9.0)
    assert parse_critique(generation, "r").p_flawed == pytest.approx(0.9)
    kept = answer_of(generation)
    assert [token.text for token in kept.tokens] == ["verdict", ":", " flawed", "</s>"]
    assert kept.logprob == pytest.approx(math.log(0.9) - 0.03)


def test_tokens_that_do_not_join_leave_it_unscored():
    spanning = tokens(("verdict", 1), (":", 1), (" sound", 1))
    generation = Generation(f"{TURNED}verdict: flawed", "h", spanning, -1.0)
    critique = parse_critique(generation, "r")
    assert (critique.verdict, critique.p_flawed) == ("flawed", None)
    assert answer_of(generation).logprob is None


def test_reasoning_alone_is_neither_verdict_nor_answer():
    generation = Generation("<think>\nverdict: sound", "h", finish_reason="length")
    critique = parse_critique(generation, "r")
    assert (critique.verdict, critique.p_flawed, critique.comments) == (None, None, ())
    assert critique.raw_text == generation.text
    assert parse_answer(generation) == ""
    assert parse_attack(generation) is None
    assert (answer_of(generation).finish_reason, answer_of(generation).error) == (
        "error",
        ONLY_REASONED,
    )


def test_learner_and_attacker_say_what_comes_after_it():
    generation = Generation("<think>Hm.</think>\n\nThe answer is 7.\n", "h")
    assert parse_answer(generation) == "The answer is 7."
    assert parse_attack(generation) == "The answer is 7."
    assert answer_of(generation).reasoning == "<think>Hm.</think>\n\n"


def test_an_answer_that_has_been_taken_apart_stays_as_it_is():
    generation = Generation("Then:\n</think>\nall of it.", "h", reasoning="<think>a</think>")
    assert answer_of(generation) is generation
    assert generation.raw_text == "<think>a</think>Then:\n</think>\nall of it."


def test_a_model_that_thinks_first_has_answered_when_it_is_tried(monkeypatch):
    said = Generation("<think>\nHm, 2", "h", finish_reason="length")

    class Reasoner:
        def generate(self, conversations, sampling):
            return [answer_of(said)]

    monkeypatch.setattr(trying, "load_backend", lambda spec: Reasoner())
    assert trying.try_model(ModelSpec("openai", "http://127.0.0.1:9/v1"), "learner") == ""
