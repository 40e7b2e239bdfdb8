"""What the cross-examiner is asked, and how its questions and verdicts are read."""

import pytest

from models_srv.roles.cross_examiner import (
    MOST_ASKED,
    Claimed,
    build_cross_request,
    build_verdict_request,
    parse_claims,
    parse_verdict,
)
from models_srv.types import Generation


def said(text):
    return Generation(text, prompt_hash="")


ONE = Claimed("Paris is in France.", "Which country has the city of Paris?")
CLAIMS = [
    pytest.param(f"Claim: {ONE.claim}\nQuestion: {ONE.question}", [ONE], id="plain"),
    pytest.param(
        f"Sure!\n\n1. **Claim:** {ONE.claim}\n   - **Question:** “{ONE.question}”", [ONE], id="marks"
    ),
    pytest.param(f"claim: {ONE.claim}\n\nquestion:   {ONE.question}  ", [ONE], id="loose"),
    pytest.param(f"<think>Claim: x\nQuestion: y?</think>\nClaim: {ONE.claim}\nQuestion: {ONE.question}",
                 [ONE], id="after-reasoning"),
    pytest.param(f"Claim: {ONE.claim}\nQuestion: {ONE.question}\n" * 2, [ONE], id="twice"),
    pytest.param("Claim: none", [], id="none"),
    pytest.param("Claim: none\nQuestion: What?", [], id="none-and-asks"),
    pytest.param(f"Question: {ONE.question}", [], id="of-no-claim"),
    pytest.param(f"Claim: {ONE.claim}", [], id="asks-nothing"),
    pytest.param("Claim: It is 7.\nQuestion: Say that it is 7.", [], id="no-question"),
    pytest.param("Claim: It is 7.\nQuestion: Is it true that it is 7?", [], id="leads"),
    pytest.param(f"Claim: a\nQuestion: {'x' * 2001}?", [], id="too-long"),
    pytest.param("", [], id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claims"), CLAIMS)
def test_questions_are_read_with_their_claims(text, claims):
    assert parse_claims(said(text)) == claims


def test_there_are_so_many_at_most():
    many = "\n".join(f"Claim: fact {n} holds.\nQuestion: What of {n}?" for n in range(9))
    assert len(parse_claims(said(many))) == MOST_ASKED


def test_the_examiner_reads_question_and_answer():
    system, user = build_cross_request(query="Where is Paris?", answer="In France.")
    assert "cross-examine" in system.content
    assert user.content == "Question:\nWhere is Paris?\n\nAnswer:\nIn France."


def test_it_is_not_told_the_first_question_when_it_compares():
    _, user = build_verdict_request(claim="c", question="q?", answer="a")
    assert user.content == "Claim:\nc\n\nAsked later:\nq?\n\nIts answer:\na"


VERDICTS = [
    ("Contradicts: yes", "yes"),
    ("It says otherwise.\n**Contradicts:** No.", "no"),
    ("contradicts: **unclear**", "unclear"),
    ("Contradicts: yes\nContradicts: no", None),
    ("Contradicts: yes, no or unclear", None),
    ("Contradicts: nothing", None),
    ("<think>Contradicts: yes</think>", None),
    ("yes", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "verdict"), VERDICTS)
def test_a_verdict_is_read_or_there_is_none(text, verdict):
    assert parse_verdict(said(text)) == verdict
