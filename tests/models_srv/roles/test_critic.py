import math

import pytest

from models_srv.roles.critic import build_critique_request, p_flawed, parse_critique
from models_srv.types import Generation, Message, TokenLogprob

RESPONSE = 'Tom has 3 apples.\n3 + 4 = 8.\nHe said "yes".\nThe answer is 8.'
FLAWED = """verdict: flawed
summary: A sum is wrong.
quote: 3 + 4 = 8.
category: arithmetic
severity: critical
principle: 2
why: 3 + 4 is 7
fix: 3 + 4 = 7.
quote: The answer is 8.
category: final answer
severity: minor
why: it follows the wrong sum
fix: The answer is 7."""


def parse(text, tokens=()):
    return parse_critique(Generation(text, "h", tuple(tokens)), RESPONSE)


def token(text, p=1.0, **top):
    alternatives = {name.replace("_", " "): math.log(value) for name, value in top.items()}
    return TokenLogprob(text, math.log(p), alternatives)


def test_it_asks_with_guidelines_principles_and_format():
    system, user = build_critique_request(
        query="How many?",
        response="8",
        guidelines="Be strict.",
        principles=["Be right.", "Be brief."],
    )
    assert system.role == "system"
    assert system.content.startswith("Be strict.\n\nPrinciples:\n1. Be right.\n2. Be brief.\n\n")
    assert "verdict: sound\nsummary: No problem found." in system.content
    assert user == Message("user", "Question:\nHow many?\n\nAnswer:\n8")


def test_without_a_format_and_rules_there_is_no_system_turn():
    [user] = build_critique_request(query="q", response="r", with_format=False)
    assert user.content == "Question:\nq\n\nAnswer:\nr"


def test_it_reads_a_flawed_critique():
    critique = parse(FLAWED)
    assert (critique.verdict, critique.summary) == ("flawed", "A sum is wrong.")
    assert critique.raw_text == FLAWED
    first, second = critique.comments
    assert RESPONSE[first.start : first.end] == first.quote == "3 + 4 = 8."
    assert (first.quote_match, first.severity, first.principle) == ("exact", "critical", "2")
    assert (first.category, first.explanation) == ("arithmetic", "3 + 4 is 7")
    assert first.suggested_fix == "3 + 4 = 7."
    assert (second.severity, second.principle, second.confidence) == ("minor", "", None)


def test_it_reads_a_sound_critique():
    critique = parse("verdict: sound\nsummary: No problem found.")
    assert (critique.verdict, critique.comments, critique.p_flawed) == ("sound", (), None)


def test_a_sound_verdict_may_carry_nitpicks():
    critique = parse("verdict: sound\nsummary: Padding.\nquote: yes\nseverity: nitpick\nwhy: idle")
    assert critique.verdict == "sound"
    assert critique.comments[0].severity == "nitpick"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(FLAWED.upper().replace("3 + 4 = 8.", "3 + 4 = 8."), id="capitals"),
        pytest.param("```\n" + FLAWED + "\n```", id="fence"),
        pytest.param("Here it is:\n\n" + FLAWED.replace("\n", "\n\n"), id="blank-lines"),
        pytest.param("\n".join("- " + line for line in FLAWED.splitlines()), id="bullets"),
        pytest.param(
            "\n".join("**{}:**{}".format(*line.split(":", 1)) for line in FLAWED.splitlines()),
            id="bold-label",
        ),
        pytest.param(
            "\n".join("* **{}**:{}".format(*line.split(":", 1)) for line in FLAWED.splitlines()),
            id="bold-key",
        ),
        pytest.param(FLAWED.replace(": ", "  :   "), id="spaces"),
        pytest.param(FLAWED.replace("\n", "\r\n"), id="windows"),
        pytest.param(FLAWED.replace("quote: 3 + 4 = 8.", 'quote: "3 + 4 = 8."'), id="quoted"),
        pytest.param(FLAWED.replace("flawed", "**Flawed**."), id="bold-value"),
    ],
)
def test_it_reads_many_dresses(text):
    critique = parse(text)
    assert critique.verdict == "flawed"
    assert [c.severity for c in critique.comments] == ["critical", "minor"]
    first = critique.comments[0]
    assert RESPONSE[first.start : first.end] == "3 + 4 = 8."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("I think the answer is flawed.", id="prose"),
        pytest.param("verdict:", id="no-value"),
        pytest.param("verdict: unclear", id="other-word"),
        pytest.param("verdict: not flawed", id="negated"),
        pytest.param("verdict: sound or flawed", id="both"),
        pytest.param("the verdict: flawed", id="mid-line"),
    ],
)
def test_without_a_clear_verdict_nothing_is_guessed(text):
    tokens = [token("verdict"), token(":"), token(" flawed", 0.9, _sound=0.1)]
    critique = parse(text, tokens)
    assert (critique.verdict, critique.p_flawed) == (None, None)
    assert critique.raw_text == text


def test_a_comment_of_unknown_severity_is_left_out():
    critique = parse("verdict: flawed\nquote: yes\nseverity: terrible\nquote: 8\nseverity: major")
    assert [c.severity for c in critique.comments] == ["major"]


def test_a_comment_without_severity_is_left_out():
    assert parse("verdict: flawed\nquote: yes\nwhy: cut off here").comments == ()


def test_an_invented_quote_is_marked_so():
    [comment] = parse("verdict: flawed\nquote: 5 + 5 = 11\nseverity: major").comments
    assert (comment.quote_match, comment.start, comment.end) == ("none", None, None)


def test_quotation_marks_of_the_response_are_kept():
    [comment] = parse('verdict: flawed\nquote: "yes"\nseverity: minor').comments
    assert (comment.quote, comment.quote_match) == ('"yes"', "exact")


def test_values_may_run_over_lines():
    text = 'verdict: flawed\nquote: 3 + 4 = 8.\nHe said "yes".\nseverity: major\nwhy: a\nb\nfix: c'
    [comment] = parse(text).comments
    assert comment.quote_match == "exact"
    assert comment.explanation == "a\nb"


def test_a_verdict_inside_a_quote_does_not_count():
    critique = parse("verdict: flawed\nsummary: s\nquote: x\nverdict: sound\nseverity: minor")
    assert critique.verdict == "flawed"
    assert critique.comments[0].quote == "x\nverdict: sound"


def test_p_flawed_sums_the_beginnings_of_each_word():
    tokens = [
        token("verdict"),
        token(":"),
        token(" fl", 0.5, _fl=0.5, _F=0.1, _so=0.2, _other=0.1),
        token("awed"),
    ]
    assert p_flawed(tokens) == pytest.approx(0.6 / 0.8)
    assert parse("verdict: flawed", tokens).p_flawed == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["ver", "dict", ": ", "flawed"], 1.0, id="split-label"),
        pytest.param(["verdict:", " ", "**", "sound"], 0.0, id="space-and-bold"),
        pytest.param(["**", "verdict", ":**", " flawed"], 1.0, id="bold-label"),
        pytest.param(["Well.\n", "Verdict", ":", " sound"], 0.0, id="preamble"),
        pytest.param(["verdict", ": flawed"], None, id="colon-and-word"),
        pytest.param(["summary", ":", " flawed"], None, id="no-verdict"),
        pytest.param([], None, id="no-logprobs"),
    ],
)
def test_p_flawed_finds_its_token(texts, expected):
    assert p_flawed([token(text) for text in texts]) == expected


def test_p_flawed_is_none_without_mass_on_either_word():
    assert p_flawed([token("verdict:"), token(" maybe", 0.9)]) is None


def test_a_comments_confidence_is_that_of_its_quote():
    texts = ["verdict:", " flawed", "\nquote:", " 3 + 4", " = 8.", "\nseverity:", " major\n"]
    probabilities = [1, 1, 0.01, 0.5, 0.125, 0.01, 0.01]
    tokens = [token(text, p) for text, p in zip(texts, probabilities, strict=True)]
    tokens.append(token("</s>"))
    [comment] = parse("".join(texts), tokens).comments
    assert comment.confidence == pytest.approx(0.25)
