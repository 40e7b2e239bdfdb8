"""What a server's body must hold to be an answer, and what of it may be left unscored."""

import json
import math

import pytest

from models_srv.answers import ONLY_REASONED
from models_srv.backends.server_answer import (
    NoAnswer,
    UnreadableAnswer,
    error_in,
    generation_of,
    read_answer,
)
from models_srv.roles.critic import parse_critique


def entry(token, logprob=-0.01, **top):
    others = [{"token": text.replace("_", " "), "logprob": value} for text, value in top.items()]
    return {"token": token, "logprob": logprob, "bytes": None, "top_logprobs": others}


def body(content="7", *, finish_reason="stop", tokens=None, model="m", **fields):
    message = {"role": "assistant", "content": content, **fields}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    choice["logprobs"] = None if tokens is None else {"content": tokens}
    return json.dumps({"model": model, "choices": [choice]}).encode()


def generation(*args, **settings):
    return generation_of(read_answer(body(*args, **settings)), "h", 1.0)


THOUGHT = [entry("I"), entry(" say"), entry("\nverdict"), entry(":"), entry(" sound"), entry("\n")]
VERDICT = [
    entry("verdict"),
    entry(":"),
    entry(" flawed", math.log(0.9), _flawed=math.log(0.9), _sound=math.log(0.1)),
]


@pytest.mark.fault("reasoning")
@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_the_verdict_is_the_contents_and_so_is_its_probability(field):
    found = generation(
        "verdict: flawed",
        tokens=[*THOUGHT, entry("</think>"), entry("\n\n"), *VERDICT, entry("<|im_end|>")],
        **{field: "I say\nverdict: sound\n"},
    )
    critique = parse_critique(found, "r")
    assert (critique.verdict, critique.p_flawed) == ("flawed", pytest.approx(0.9))
    assert "verdict: sound" in critique.raw_text
    assert found.logprob == pytest.approx(sum(token.logprob for token in found.tokens))
    assert len(found.tokens) == 4


@pytest.mark.fault("reasoning")
def test_reasoning_in_the_content_is_none_of_the_answer():
    whole = [entry("<think>"), *THOUGHT, entry("</think>"), entry("\n\n"), *VERDICT]
    found = generation("<think>I say\nverdict: sound\n</think>\n\nverdict: flawed", tokens=whole)
    critique = parse_critique(found, "r")
    assert (critique.verdict, critique.p_flawed) == ("flawed", pytest.approx(0.9))
    assert found.raw_text == "<think>I say\nverdict: sound\n</think>\n\nverdict: flawed"


@pytest.mark.fault("reasoning")
def test_reasoning_that_the_server_hides_is_not_read_through_its_tokens():
    found = generation("verdict: flawed", tokens=[*THOUGHT, *VERDICT])
    assert parse_critique(found, "r").p_flawed == pytest.approx(0.9)


@pytest.mark.fault("reasoning")
def test_probabilities_that_do_not_join_are_none():
    found = generation("verdict: flawed", tokens=THOUGHT)
    critique = parse_critique(found, "r")
    assert (critique.verdict, critique.p_flawed) == ("flawed", None)
    assert (found.tokens, found.logprob) == ((), None)


@pytest.mark.fault("reasoning")
def test_reasoning_cut_off_is_kept_and_is_no_answer():
    found = generation(None, reasoning_content="still thinking", finish_reason="length")
    critique = parse_critique(found, "r")
    assert (critique.verdict, critique.p_flawed) == (None, None)
    assert "still thinking" in critique.raw_text
    assert (found.text, found.finish_reason, found.error) == ("", "error", ONLY_REASONED)


@pytest.mark.fault("reasoning")
def test_reasoning_that_comes_twice_is_kept_once():
    found = generation("<think>Hm.</think>7", reasoning_content="Hm.", reasoning="Hm.")
    assert (found.text, found.reasoning) == ("7", "<think>Hm.</think>")


@pytest.mark.fault("reasoning")
def test_a_closing_mark_in_a_content_apart_is_text():
    text = "Then:\n</think>\nall of it."
    assert generation(text, reasoning="Hm.").text == text


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        pytest.param({"content": "half \ud800"}, "surrogate", id="lone-surrogate"),
        pytest.param({"content": [{"type": "text", "text": "7"}]}, "list", id="list"),
        pytest.param({"content": 7}, "int", id="number"),
        pytest.param({"content": {"text": "7"}}, "dict", id="object"),
        pytest.param({"content": True}, "bool", id="boolean"),
        pytest.param({"content": None, "refusal": "No."}, "No.", id="refusal"),
        pytest.param({"finish_reason": "content_filter"}, "content_filter", id="filtered"),
        pytest.param({"finish_reason": "tool_calls"}, "tool_calls", id="a-tool"),
        pytest.param({"finish_reason": 3}, "3", id="no-reason"),
    ],
)
def test_what_is_no_answer(settings, reason):
    with pytest.raises(NoAnswer, match=reason):
        read_answer(body(**settings))


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    "given",
    [
        pytest.param(b'{"choices": [{"message": {"content": "7', id="half"),
        pytest.param(b"<html>gateway</html>", id="html"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="no-utf-8"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"choices": ' + b"1" * 5_000 + b"}", id="long-number"),
        pytest.param(b"[1, 2]", id="list"),
        pytest.param(b"3", id="number"),
        pytest.param(b"{}", id="nothing"),
        pytest.param(b'{"choices": []}', id="no-choice"),
        pytest.param(b'{"choices": {"0": 1}}', id="choices-no-list"),
        pytest.param(b'{"choices": ["7"]}', id="choice-no-object"),
        pytest.param(b'{"choices": [{"finish_reason": "stop"}]}', id="no-message"),
        pytest.param(b'{"choices": [{"message": "7", "finish_reason": "stop"}]}', id="a-string"),
    ],
)
def test_what_is_no_chat_completion(given):
    with pytest.raises(UnreadableAnswer):
        read_answer(given)


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    "logprob", ["-0.5", None, float("nan"), float("inf"), float("-inf"), 0.5, True, [], 10**400]
)
@pytest.mark.parametrize("where", ["token", "top"])
def test_an_answer_stands_unscored_where_log_probabilities_are_none(logprob, where):
    bad = entry("7", -0.5)
    if where == "token":
        bad["logprob"] = logprob
    else:
        bad["top_logprobs"] = [{"token": "8", "logprob": logprob}]
    found = generation("7", tokens=[bad])
    assert (found.text, found.tokens, found.logprob) == ("7", (), None)


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    "logprobs",
    [
        {"content": "7"},
        {"content": 7},
        {"content": {"token": "7"}},
        {"content": [None]},
        {"content": ["7"]},
        {"content": [{"token": 7, "logprob": -1}]},
        {"content": [{"token": "7"}]},
        {"content": [{"token": "7", "logprob": -1, "bytes": [300]}]},
        {"content": [{"token": "7", "logprob": -1, "bytes": ["x"]}]},
        {"content": [{"token": "7", "logprob": -1, "top_logprobs": 3}]},
        {"tokens": ["7"], "token_logprobs": [-1]},
        [-1],
        "none",
    ],
)
def test_an_answer_stands_unscored_whatever_its_log_probabilities_are(logprobs):
    whole = json.loads(body("7"))
    whole["choices"][0]["logprobs"] = logprobs
    found = generation_of(read_answer(json.dumps(whole).encode()), "h", 1.0)
    assert (found.text, found.tokens, found.logprob) == ("7", (), None)


@pytest.mark.fault("server-answers")
def test_a_certain_token_may_be_a_hair_above_zero():
    assert generation("7", tokens=[entry("7", 1e-7)]).logprob == 0


@pytest.mark.fault("server-answers")
def test_a_token_that_the_server_has_no_probability_of_leaves_the_sum_unknown():
    found = generation("78", tokens=[entry("7", -9999.0), entry("8")])
    assert (len(found.tokens), found.logprob) == (2, None)


@pytest.mark.fault("server-answers")
def test_characters_split_over_tokens_are_put_together():
    tokens = [
        {"token": "\\xc3", "logprob": -1, "bytes": [0xC3], "top_logprobs": []},
        {"token": "\\xa9", "logprob": -1, "bytes": [0xA9], "top_logprobs": []},
    ]
    found = generation("é", tokens=tokens)
    assert [token.text for token in found.tokens] == ["", "é"]
    assert found.logprob == -2


@pytest.mark.fault("places")
def test_line_ends_are_lf():
    found = generation("a\r\nb\rc", reasoning="x\r\ny")
    assert found.text == "a\nb\nc"
    assert "\r" not in found.raw_text


@pytest.mark.fault("server-answers")
@pytest.mark.parametrize(
    ("given", "error"),
    [
        (b'{"error": {"message": "too long"}}', {"message": "too long"}),
        (b'{"choices": [{"error": "overloaded"}]}', "overloaded"),
        (body(), None),
        (b'{"error": null, "choices": []}', None),
    ],
)
def test_an_error_may_come_as_an_answer(given, error):
    assert error_in(given) == error


@pytest.mark.fault("server-answers")
def test_it_holds_no_more_than_it_says():
    assert read_answer(body(model=None)).model == ""
    assert read_answer(body(model=["m"])).model == ""
    assert read_answer(body(model="n")).model == "n"
