"""Long runs of blanks in what a model wrote cost no more than their length."""

import pytest

from models_srv.roles.assessor import parse_proposal
from models_srv.roles.critique_format import read_fields
from models_srv.roles.cross_examiner import parse_claims, parse_verdict
from models_srv.roles.tamperer import parse_tampered
from models_srv.types import Generation
from tests.pace import paces

BLANKS = " " * 40_000  # with the square of them: minutes
MOST_PACES = 4


def said(text):
    return Generation(text, prompt_hash="h")


@pytest.mark.parametrize("text", [f"Claim{BLANKS}x", f"Question **{BLANKS}**{BLANKS}x"])
def test_questions(text):
    assert paces(lambda: parse_claims(said(text))) < MOST_PACES


@pytest.mark.parametrize("text", [f"Contradicts{BLANKS}x", f"Contradicts:{BLANKS}*{BLANKS}x"])
def test_verdicts(text):
    assert paces(lambda: parse_verdict(said(text))) < MOST_PACES


def test_critiques():
    assert paces(lambda: read_fields(f"verdict{BLANKS}x")) < MOST_PACES


def test_weaknesses():
    assert paces(lambda: parse_proposal(said(f"Weakness{BLANKS}x"), [])) < MOST_PACES


@pytest.mark.parametrize(
    "text",
    [
        f"problem{BLANKS}x",
        f"problem: x\nanswer:\n(end of answer{BLANKS}x",
        f"answer:\n```{BLANKS}x",
    ],
)
def test_errors_put_in(text):
    assert paces(lambda: parse_tampered(said(text), "x")) < MOST_PACES
