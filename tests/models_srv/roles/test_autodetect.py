"""The three roles of AutoDetect: what they are asked, and how their answers are read."""

import pytest

from models_srv.roles.assessor import Failure, Proposed, build_assessment_request, parse_proposal
from models_srv.roles.examiner import MOST_KINDS, build_examination_request, parse_kinds
from models_srv.roles.questioner import AskedBefore, build_question_request, shown_history
from models_srv.types import Generation


def said(text):
    return Generation(text, prompt_hash="")


KINDS = [
    pytest.param(
        "Unit conversion\nTwo-step sums", ["Unit conversion", "Two-step sums"], id="plain"
    ),
    pytest.param(
        "1. **Fractions**\n- “Ages”.\n* Ages", ["Fractions", "Ages"], id="lists-and-marks"
    ),
    pytest.param("Here you are!\n\nFractions", ["Fractions"], id="chatter-is-no-kind"),
    pytest.param("Ages\nages", ["Ages"], id="twice"),
    pytest.param("x" * 81, [], id="too-long"),
    pytest.param("", [], id="nothing"),
]


@pytest.mark.parametrize(("text", "kinds"), KINDS)
def test_kinds_are_read_a_line_each(text, kinds):
    assert parse_kinds(said(text)) == kinds


def test_there_are_so_many_kinds_at_most():
    assert (
        len(parse_kinds(said("\n".join(f"kind {chr(65 + at)}" for at in range(25))))) == MOST_KINDS
    )


def test_the_examiner_is_told_what_it_is_for():
    system, user = build_examination_request(purpose="Sums for children", examples=["1 + 1\n= ?"])
    assert "one kind a line" in system.content
    assert user.content == (
        "What it is for:\nSums for children\n\nSome of the questions:\n- 1 + 1 = ?"
    )
    assert build_examination_request(purpose="")[1].content


def history(failed, others):
    return [AskedBefore(f"failed {at}", 0.0) for at in range(failed)] + [
        AskedBefore(f"right {at}", 1.0) for at in range(others)
    ]


SHOWN = [
    pytest.param(10, 10, 4, 2, id="most-of-it-failures"),
    pytest.param(1, 10, 1, 5, id="few-failures"),
    pytest.param(10, 0, 6, 0, id="failures-alone"),
    pytest.param(10, 1, 5, 1, id="failures-fill-up"),
    pytest.param(0, 0, 0, 0, id="nothing"),
]


@pytest.mark.parametrize(("failed", "others", "failed_shown", "others_shown"), SHOWN)
def test_most_of_the_history_are_failures(failed, others, failed_shown, others_shown):
    shown = shown_history(history(failed, others))
    assert sum(each.score == 0 for each in shown) == failed_shown
    assert sum(each.score == 1 for each in shown) == others_shown


def test_the_questioner_reads_failures_last():
    system, user = build_question_request(
        node="ages", history=history(2, 1), instructions="In German."
    )
    assert system.content.startswith("In German.\n\nYou write questions")
    assert user.content.startswith("Kind: ages\n\nAsked before:\n\n[answered well]\nright 0")
    assert user.content.endswith("[failed]\nfailed 1")


def test_the_first_question_has_no_history():
    assert build_question_request(node="", history=[])[1].content == (
        "Kind: any\n\nNothing was asked before."
    )


PROPOSALS = [
    pytest.param(
        "Weakness: Remainders\nWhy: It forgets what is left.",
        Proposed("Remainders", "It forgets what is left."),
        id="plain",
    ),
    pytest.param("**Weakness:** “Remainders”.", Proposed("Remainders", ""), id="marked-no-reason"),
    pytest.param("Weakness: nothing new", None, id="nothing-new"),
    pytest.param("Weakness: AGES\nWhy: It errs.", None, id="there-already"),
    pytest.param("They are all hard.", None, id="unreadable"),
    pytest.param("Weakness: " + "x" * 90, None, id="too-long"),
]


@pytest.mark.parametrize(("text", "proposed"), PROPOSALS)
def test_a_proposal_is_read_or_there_is_none(text, proposed):
    assert parse_proposal(said(text), ["ages"]) == proposed


def test_the_assessor_reads_what_was_failed():
    failures = [Failure("ages", "How old?", "7")] + [Failure("", "q", "a")] * 20
    user = build_assessment_request(kinds=["ages"], failures=failures)[1].content
    assert "Kinds:\n- ages\n" in user
    assert "1. Kind: ages\nQuestion: How old?\nAnswer: 7" in user
    assert "12. Kind: none" in user
    assert "13." not in user
    assert "- none yet" in build_assessment_request(kinds=[], failures=failures)[1].content
