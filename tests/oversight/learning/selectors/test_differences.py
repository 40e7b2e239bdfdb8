"""The held-out queries that two versions answer most differently."""

import pytest

from oversight.learning.selectors.differences import most_changed
from oversight.models import Evaluation, Purpose, Split
from tests.factories import make_campaign, make_query, make_response, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    campaign = make_campaign()
    old, new = make_version(campaign, name="old"), make_version(campaign, name="new", active=False)
    return Evaluation.objects.create(
        campaign=campaign, candidate=new, baseline=old, is_promoted=True, reasons=["better"]
    )


def answered(evaluation, text, before, after):
    query = make_query(evaluation.campaign, text, split=Split.HELD_OUT)
    for version, answer in ((evaluation.baseline, before), (evaluation.candidate, after)):
        make_response(query, answer, version=version, purpose=Purpose.EVALUATION)


def test_those_whose_scores_differ_come_first_and_then_the_texts(evaluation):
    answered(evaluation, "same?", "4", "4")
    answered(evaluation, "other words?", "The answer is four.", "4, I think, or so it seems.")
    answered(evaluation, "mended?", "wrong", "right")
    found = most_changed(evaluation, lambda query, text: float(text == "right"))
    assert [(each.query, each.before_score, each.after_score) for each in found] == [
        ("mended?", 0.0, 1.0),
        ("other words?", 0.0, 0.0),
    ]


def test_where_nobody_knows_the_truth_the_texts_alone_tell(evaluation):
    for number in range(5):
        answered(evaluation, f"{number}?", "abcdefghij", "x" * number + "abcdefghij"[number:])
    found = most_changed(evaluation, lambda query, text: None)
    assert [each.query for each in found] == ["4?", "3?", "2?"]
    assert found[0].before_score is None
